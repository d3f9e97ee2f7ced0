import { api, type HistoryEntryView } from '@broadstreet-sync/contract';
import type { EntityKind } from '@broadstreet-sync/domain';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { askBody, ofKind } from '../../api/call.ts';
import { FieldDifferences } from '../../kinds/field-differences.tsx';
import { keys } from '../../queries/keys.ts';
import { ChangeBadge } from '../../runs/change-badge.tsx';
import { Card, CardHead } from '../../ui/card.tsx';
import { Failure, Waiting } from '../../ui/states.tsx';
import { Time } from '../../ui/times.tsx';

const shown = 20;

function useHistory(kind: EntityKind, id: string) {
  return useQuery({
    queryKey: [...keys.entity(kind.name, id), 'history'],
    queryFn: ({ signal }) =>
      askBody(ofKind(api.listHistory, kind.name), { params: { id }, query: { limit: String(shown) }, signal }),
  });
}

/** What imports and exports changed of an entity, the newest first. */
export function History({ kind, id }: { readonly kind: EntityKind; readonly id: string }) {
  const { data, error } = useHistory(kind, id);
  return (
    <Card>
      <CardHead title={`History${data === undefined ? '' : ` (${data.total.toLocaleString()})`}`} />
      {error === null ? null : <Failure error={error} />}
      {data === undefined && error === null ? <Waiting lines={2} /> : null}
      <ol className="divide-y">
        {data?.items.map((entry) => (
          <Entry key={`${entry.at} ${entry.run_id}`} kind={kind} entry={entry} />
        ))}
      </ol>
      {data !== undefined && data.total > shown ? <p className="px-4 py-2 text-soft">The latest {shown}.</p> : null}
    </Card>
  );
}

function Entry({ kind, entry }: { readonly kind: EntityKind; readonly entry: HistoryEntryView }) {
  const { operation, before, after, at, run_id: runId } = entry;
  return (
    <li className="flex flex-wrap items-start gap-x-4 gap-y-1 px-4 py-2.5">
      <span className="w-40 shrink-0 text-soft">{at === null ? '' : <Time at={at} />}</span>
      <ChangeBadge operation={operation} />
      <div className="min-w-40 flex-1">
        {operation === 'update' ? <FieldDifferences kind={kind} before={before ?? {}} after={after ?? {}} /> : null}
      </div>
      {runId === null ? (
        <span className="text-soft">linked by a person</span>
      ) : (
        <Link to="/runs/$id" params={{ id: runId }} className="text-accent hover:underline">
          Run
        </Link>
      )}
    </li>
  );
}
