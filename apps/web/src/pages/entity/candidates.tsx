import type { CandidateView, LocalEntity } from '@broadstreet-sync/contract';
import { type EntityKind, labelOf } from '@broadstreet-sync/domain';
import { Link2 } from 'lucide-react';
import { useState } from 'react';
import { toast } from 'sonner';
import { describeValue } from '../../kinds/values.ts';
import { useCandidates, useLink } from '../../queries/links.ts';
import { Button } from '../../ui/button.tsx';
import { Card, CardHead } from '../../ui/card.tsx';
import { cn } from '../../ui/cn.ts';
import { Checkbox } from '../../ui/fields.tsx';
import { messageOf } from '../../ui/states.tsx';

const matches: Readonly<Record<CandidateView['match'], string>> = {
  identity: 'hangs on the same',
  name: 'has the same name',
  field: 'has the same value in a field that is unique',
  similar: 'has a name that differs in its number alone',
};

interface CandidatesProps {
  readonly kind: EntityKind;
  readonly entity: LocalEntity;
}

/** What exists in Broadstreet already and could be this local entity: side by side, and the link to it. */
export function Candidates({ kind, entity }: CandidatesProps) {
  const { data } = useCandidates(kind.name, entity._id);
  if (data === undefined || data.items.length === 0) return null;
  return (
    <Card>
      <CardHead title={`In Broadstreet already? ${data.total === 1 ? 'One looks' : `${data.total} look`} like it`} />
      <p className="border-b px-4 py-2.5 text-soft">
        Link it to the one that it is, and no second one is created. Without a link the export creates it, under another
        name where its name is taken.
      </p>
      {data.items.map((candidate) => (
        <Candidate key={candidate.remote_id} kind={kind} entity={entity} candidate={candidate} />
      ))}
    </Card>
  );
}

function Candidate({ kind, entity, candidate }: CandidatesProps & { readonly candidate: CandidateView }) {
  const link = useLink(kind.name);
  const [keepLocal, setKeepLocal] = useState(false);
  const { name, remote_id: remoteId, match, is_exact: isExact, fields } = candidate;
  const keepId = `keep-${remoteId}`;
  return (
    <div className="grid gap-2 border-b p-4 last:border-0">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <p className="min-w-0">
          <bdi className="font-medium">{name ?? `#${remoteId}`}</bdi>{' '}
          <span className="text-soft">
            #{remoteId} {matches[match]}
            {isExact ? ', and all else is equal' : ''}
          </span>
        </p>
        <Button
          disabled={link.isPending}
          onClick={() =>
            link.mutate(
              { id: entity._id, remoteId, keepLocal },
              {
                onSuccess: () => toast.success(`It is linked to #${remoteId}.`),
                onError: (error) => toast.error(messageOf(error)),
              },
            )
          }
        >
          <Link2 /> It is this one
        </Button>
      </div>
      {fields.length === 0 ? null : (
        <table className="w-full text-left text-[13px]">
          <thead className="text-soft">
            <tr>
              <th className="py-1 font-medium">Field</th>
              <th className="py-1 font-medium">Here</th>
              <th className="py-1 font-medium">In Broadstreet</th>
            </tr>
          </thead>
          <tbody>
            {fields.map(({ field, local, remote, is_equal: isEqual }) => (
              <tr key={field} className={cn('border-t', isEqual === false && 'bg-warm-soft/60')}>
                <td className="py-1 pr-3">{labelOf(kind, field)}</td>
                <td className="py-1 pr-3">{describeValue(kind, field, local)}</td>
                <td className="py-1">
                  {isEqual === null ? 'its lists do not show it' : describeValue(kind, field, remote)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {isExact || kind.update === null ? null : (
        <label htmlFor={keepId} className="flex items-center gap-2 text-[13px]">
          <Checkbox id={keepId} checked={keepLocal} onChange={({ target }) => setKeepLocal(target.checked)} />
          Keep what differs here, and send it with the next export; else what Broadstreet has counts
        </label>
      )}
    </div>
  );
}
