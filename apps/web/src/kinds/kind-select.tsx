import { type KindName, kindNames, kinds, titleOf } from '@broadstreet-sync/domain';
import { Select } from '../ui/fields.tsx';

interface KindSelectProps {
  readonly value: KindName | undefined;
  readonly onChange: (kind: KindName | undefined) => void;
  /** Those that can be chosen; all where it is not given. */
  readonly among?: readonly KindName[];
}

/** Narrows a list to one kind of entity. */
export function KindSelect({ value, onChange, among = kindNames }: KindSelectProps) {
  return (
    <Select
      aria-label="Kind"
      className="w-auto"
      value={value ?? ''}
      onChange={({ target }) => onChange(among.find((name) => name === target.value))}
    >
      <option value="">All kinds</option>
      {among.map((name) => (
        <option key={name} value={name}>
          {titleOf(kinds[name])}
        </option>
      ))}
    </Select>
  );
}
