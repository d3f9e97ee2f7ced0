import { type EntityKind, type EntityReference, titleOf } from '@broadstreet-sync/domain';
import { useState } from 'react';
import { useEntityPage } from '../queries/entities.ts';
import { Button } from '../ui/button.tsx';
import { Checkbox } from '../ui/fields.tsx';
import { SearchBox } from '../ui/search-box.tsx';
import { Failure, Waiting } from '../ui/states.tsx';
import { isLocal, keyOf, nameOf, originOf } from './entity.ts';
import { OriginBadge } from './origin-badge.tsx';
import { PasteNames } from './paste-names.tsx';

interface AxisPickerProps {
  readonly kind: EntityKind;
  readonly within: Readonly<Record<string, string>>;
  readonly chosen: readonly EntityReference[];
  readonly onChange: (chosen: readonly EntityReference[]) => void;
}

const shown = 100;

/** Chooses many entities of a kind: by search, all that a search finds, or by a list of names. */
export function AxisPicker({ kind, within, chosen, onChange }: AxisPickerProps) {
  const [q, setQ] = useState('');
  const { data, error } = useEntityPage(kind.name, { scope: 'both', q, filters: within, limit: shown, sort: 'name' });
  const items = (data?.items ?? []).map((entity) => ({
    id: isLocal(entity) ? entity._id : Number(entity.id),
    key: keyOf(kind, entity),
    name: nameOf(kind, entity, new Map()),
    origin: originOf(entity),
  }));
  const add = (ids: readonly EntityReference[]) => onChange([...new Set([...chosen, ...ids])]);
  return (
    <fieldset className="grid min-w-0 content-start gap-2">
      <legend className="mb-1 font-semibold">
        {titleOf(kind)} <span className="font-normal text-soft">({chosen.length.toLocaleString()} chosen)</span>
      </legend>
      <SearchBox label={`Search ${kind.name}`} value={q} onChange={setQ} />
      <div className="flex flex-wrap gap-1.5">
        <Button size="small" disabled={items.length === 0} onClick={() => add(items.map(({ id }) => id))}>
          Choose all {items.length.toLocaleString()} shown
        </Button>
        <Button size="small" disabled={chosen.length === 0} onClick={() => onChange([])}>
          Choose none
        </Button>
        <PasteNames kind={kind} within={within} onFound={add} />
      </div>
      {error === null ? null : <Failure error={error} />}
      {data === undefined && error === null ? <Waiting lines={4} /> : null}
      <ul className="max-h-64 overflow-y-auto rounded-md border">
        {items.map(({ id, key, name, origin }) => (
          <li key={key} className="border-b last:border-0">
            <label
              htmlFor={`axis-${kind.name}-${key}`}
              className="flex items-center gap-2 px-2.5 py-1.5 hover:bg-sunk/60"
            >
              <Checkbox
                id={`axis-${kind.name}-${key}`}
                checked={chosen.includes(id)}
                onChange={() => onChange(chosen.includes(id) ? chosen.filter((each) => each !== id) : [...chosen, id])}
              />
              <bdi className="line-clamp-1 flex-1 break-all">{name}</bdi>
              <OriginBadge origin={origin} />
            </label>
          </li>
        ))}
      </ul>
      {data !== undefined && data.total > shown ? (
        <p className="text-[13px] text-soft">
          The first {shown} of {data.total.toLocaleString()}: search for the others.
        </p>
      ) : null}
      {data?.total === 0 ? <p className="text-[13px] text-soft">None fits.</p> : null}
    </fieldset>
  );
}
