import {
  ancestorFields,
  changedFields,
  checkEdit,
  checkLocal,
  type EntityFields,
  type EntityKind,
  type FieldProblem,
  hintOf,
  isGiven,
  labelOf,
  parentField,
  requiredParents,
} from '@broadstreet-sync/domain';
import { useState } from 'react';
import { Button } from '../ui/button.tsx';
import { Field } from '../ui/fields.tsx';
import { FormFailure } from '../ui/states.tsx';
import { useSubmit } from '../ui/use-submit.ts';
import { FieldControl } from './field-control.tsx';

interface EntityFormProps {
  readonly kind: EntityKind;
  /** Values that it begins with. */
  readonly initial: EntityFields;
  /** `edit` changes what exists remotely: only what the API can update. */
  readonly purpose: 'make' | 'change' | 'edit';
  readonly submitLabel: string;
  /** Gets what was given; of a change what differs, emptied fields as null. */
  readonly onSubmit: (patch: EntityFields) => Promise<unknown>;
  readonly onCancel: () => void;
  /** The network that parents are chosen within. */
  readonly network: number | null;
}

/** The fields that a form has: parents first. */
function formFields(kind: EntityKind, isRemote: boolean): string[] {
  if (isRemote) return [...(kind.update?.fields ?? [])];
  return [...kind.parents.map(parentField), ...kind.create.fields];
}

function isRequired(kind: EntityKind, field: string): boolean {
  return kind.create.required.includes(field) || requiredParents(kind).some((name) => parentField(name) === field);
}

function withinOf(kind: EntityKind, field: string, network: number | null): Record<string, string> {
  const root = ancestorFields(kind).at(-1);
  return network === null || root === undefined || field === root ? {} : { [root]: String(network) };
}

/** A form for an entity, made from its kind's declaration. Says at once what the export will ask for. */
export function EntityForm(props: EntityFormProps) {
  const { kind, initial, purpose, submitLabel, onSubmit, onCancel, network } = props;
  const [values, setValues] = useState<EntityFields>(initial);
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set());
  const isRemote = purpose === 'edit';
  const fields = formFields(kind, isRemote);
  const patch = Object.fromEntries(changedFields(initial, values).map((field) => [field, values[field] ?? null]));
  const faults = isRemote ? checkEdit(kind, patch) : checkLocal(kind, withoutNulls(values)).problems;
  const { submit, isSending, error, refused } = useSubmit(() =>
    onSubmit(purpose === 'make' ? withoutNulls(values) : patch),
  );

  return (
    <form onSubmit={submit} className="grid gap-4" noValidate>
      {fields.map((field) => (
        <Field
          key={field}
          label={labelOf(kind, field)}
          hint={hintOf(kind, field)}
          problem={problemOf(field, refused) ?? (touched.has(field) ? problemOf(field, faults) : undefined)}
          isRequired={!isRemote && isRequired(kind, field)}
        >
          {(tied) => (
            <FieldControl
              kind={kind}
              field={field}
              value={values[field]}
              tied={tied}
              within={withinOf(kind, field, network)}
              onChange={(value) => {
                setValues({ ...values, [field]: value });
                setTouched(new Set([...touched, field]));
              }}
            />
          )}
        </Field>
      ))}
      <FormFailure error={error} />
      {!isRemote && faults.length > 0 ? (
        <p className="text-[13px] text-soft">
          It can be saved as it is. Before it can be exported:{' '}
          {faults.map(({ path }) => labelOf(kind, path)).join(', ')}.
        </p>
      ) : null}
      <div className="flex justify-end gap-2">
        <Button onClick={onCancel}>Cancel</Button>
        <Button
          type="submit"
          look="main"
          disabled={isSending || (purpose !== 'make' && Object.keys(patch).length === 0)}
        >
          {submitLabel}
        </Button>
      </div>
    </form>
  );
}

function withoutNulls(values: EntityFields): EntityFields {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => isGiven(value)));
}

function problemOf(field: string, problems: readonly FieldProblem[]): string | undefined {
  return problems.find(({ path }) => path === field)?.message;
}
