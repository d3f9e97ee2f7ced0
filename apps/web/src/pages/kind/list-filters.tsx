import { type EntityKind, kinds, lineageOf, parentField, titleOf } from '@broadstreet-sync/domain';
import { origins as originLooks } from '../../kinds/origin-badge.tsx';
import { ReferencePicker } from '../../kinds/reference-picker.tsx';
import { type ListSearch, origins } from '../../search.ts';
import { Select } from '../../ui/fields.tsx';
import { SearchBox } from '../../ui/search-box.tsx';

/** Parents that a list can be narrowed to, the widest first; the network has its own switch. */
export function narrowingFields(kind: EntityKind): { field: string; of: EntityKind }[] {
  const above = lineageOf(kind).toReversed().slice(1);
  const beside = kind.parents.filter((name) => name !== kind.lineage && lineageOf(kinds[name]).length > 0);
  return [...above, ...beside].map((name) => ({ field: parentField(name), of: kinds[name] }));
}

export function chosenIn(search: ListSearch, field: string): string | undefined {
  const value = search[field];
  return typeof value === 'number' || typeof value === 'string' ? String(value) : undefined;
}

interface ListFiltersProps {
  readonly kind: EntityKind;
  readonly search: ListSearch;
  readonly onChange: (change: Readonly<Record<string, string | number | undefined>>) => void;
  /** What choices are limited to, by field. */
  readonly network: Readonly<Record<string, string>>;
}

/** What narrows a kind's list: part of the name, origin, parents one below the other. */
export function ListFilters({ kind, search, onChange, network }: ListFiltersProps) {
  return (
    <div className="flex flex-wrap items-center gap-2 border-b px-4 py-2.5">
      {'name' in kind.fields.shape ? (
        <SearchBox
          label={`Search ${kind.name} by name`}
          className="w-full sm:w-72"
          value={search.q ?? ''}
          onChange={(q) => onChange({ q: q || undefined })}
        />
      ) : null}
      <Select
        aria-label="Status"
        className="w-auto"
        value={search.origin ?? ''}
        onChange={({ target }) => onChange({ origin: target.value || undefined })}
      >
        <option value="">Any status</option>
        {origins.map((origin) => (
          <option key={origin} value={origin}>
            {originLooks[origin].word}
          </option>
        ))}
      </Select>
      {narrowingFields(kind).map(({ field, of }, at, all) => {
        const chosen = chosenIn(search, field);
        const wider = all.slice(0, at).flatMap((each) => {
          const value = chosenIn(search, each.field);
          return value !== undefined && lineageOf(of).some((name) => parentField(name) === each.field)
            ? [[each.field, value] as const]
            : [];
        });
        return (
          <div key={field} className="w-56 max-w-full">
            <ReferencePicker
              kind={of.name}
              label={titleOf(of).slice(0, -1)}
              placeholder="any"
              value={chosen === undefined ? null : /^\d{1,15}$/.test(chosen) ? Number(chosen) : chosen}
              within={{ ...network, ...Object.fromEntries(wider) }}
              onChange={(value) => onChange({ [field]: value ?? undefined })}
            />
          </div>
        );
      })}
    </div>
  );
}
