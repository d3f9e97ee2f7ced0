import { Field, Select } from '../../ui/fields.tsx';

interface ChoiceFieldProps<Value extends string> {
  readonly label: string;
  readonly hint?: string;
  readonly problem?: string | undefined;
  readonly value: Value;
  /** Value and what it means, in the order in which they are shown. */
  readonly choices: readonly (readonly [Value, string])[];
  readonly onChange: (value: Value) => void;
}

/** A choice among a few, by what they mean. */
export function ChoiceField<Value extends string>(props: ChoiceFieldProps<Value>) {
  const { label, hint, problem, value, choices, onChange } = props;
  return (
    <Field label={label} hint={hint} problem={problem}>
      {(tied) => (
        <Select
          {...tied}
          value={value}
          onChange={({ target }) => onChange(choices.find(([each]) => each === target.value)?.[0] ?? value)}
        >
          {choices.map(([each, means]) => (
            <option key={each} value={each}>
              {means}
            </option>
          ))}
        </Select>
      )}
    </Field>
  );
}
