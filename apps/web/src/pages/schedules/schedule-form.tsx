import { useState } from 'react';
import { Button } from '../../ui/button.tsx';
import { InputField } from '../../ui/fields.tsx';
import { FormFailure } from '../../ui/states.tsx';
import { useSubmit } from '../../ui/use-submit.ts';
import { PolicyFields } from './policy-fields.tsx';
import type { ScheduleValues } from './schedule-values.ts';
import { TimingFields } from './timing-fields.tsx';
import { WhatFields } from './what-fields.tsx';

interface ScheduleFormProps {
  readonly initial: ScheduleValues;
  readonly submitLabel: string;
  readonly onSubmit: (values: ScheduleValues) => Promise<void>;
  readonly onCancel: () => void;
}

/** What each part of the form gets. */
export interface PartProps {
  readonly values: ScheduleValues;
  readonly change: (changes: Partial<ScheduleValues>) => void;
  /** What the API says is wrong with a field. */
  readonly problemOf: (path: string) => string | undefined;
}

/** The form of a schedule: what it runs, when, and what becomes of runs that are in each other's way. */
export function ScheduleForm({ initial, submitLabel, onSubmit, onCancel }: ScheduleFormProps) {
  const [values, setValues] = useState(initial);
  const { submit, isSending, error, refused } = useSubmit(() => onSubmit(values));
  const part: PartProps = {
    values,
    change: (changes) => setValues({ ...values, ...changes }),
    problemOf: (path) => refused.find((each) => each.path === path || each.path.startsWith(`${path}.`))?.message,
  };

  return (
    <form onSubmit={submit} className="grid gap-5" noValidate>
      <InputField
        label="Name"
        problem={part.problemOf('name')}
        hint="Runs say it, for whoever wonders where they come from."
        value={values.name}
        maxLength={120}
        onChange={(name) => part.change({ name })}
      />
      <WhatFields {...part} />
      <TimingFields {...part} />
      <PolicyFields {...part} />
      <FormFailure error={error} />
      <div className="flex justify-end gap-2">
        <Button onClick={onCancel}>Cancel</Button>
        <Button type="submit" look="main" disabled={isSending}>
          {submitLabel}
        </Button>
      </div>
    </form>
  );
}
