import { useId } from 'react';
import { Field, Input, InputField, Select } from '../../ui/fields.tsx';
import { ChoiceField } from './choice-field.tsx';
import type { PartProps } from './schedule-form.tsx';
import { previewOf } from './schedule-values.ts';
import { describeCron, unitNames } from './schedule-words.ts';

const ways = [
  ['cron', 'At certain times'],
  ['every', 'Again and again, so long after each other'],
] as const;
const examples = [
  ['', 'as written below'],
  ['0 * * * *', 'every hour'],
  ['0 3 * * *', 'every night at 3'],
  ['0 3 * * 1-5', 'at 3 on weekdays'],
  ['0 4 * * 0', 'Sundays at 4'],
  ['0 5 1 * *', 'at 5 on the first of each month'],
] as const;
const shownRuns = 3;

/** When a schedule runs, with what that comes to. */
export function TimingFields(props: PartProps) {
  const { values, change, problemOf } = props;
  return (
    <fieldset className="grid gap-4">
      <legend className="mb-2 font-semibold">When</legend>
      <div className="grid items-start gap-4 sm:grid-cols-2">
        <ChoiceField
          label="Runs"
          value={values.isCron ? 'cron' : 'every'}
          choices={ways}
          onChange={(way) => change({ isCron: way === 'cron' })}
        />
        {values.isCron ? <CronFields {...props} /> : <IntervalFields {...props} />}
        <InputField
          label="Until"
          hint="By your clock; empty: for ever."
          problem={problemOf('ends_at')}
          type="datetime-local"
          value={values.endsAt}
          onChange={(endsAt) => change({ endsAt })}
        />
      </div>
      <Preview {...props} />
    </fieldset>
  );
}

function CronFields({ values, change, problemOf }: PartProps) {
  const zones = useId();
  const [example] = examples.find(([cron]) => cron === values.cron) ?? examples[0];
  return (
    <>
      <ChoiceField
        label="Such as"
        value={example}
        choices={examples}
        onChange={(cron) => cron !== '' && change({ cron })}
      />
      <InputField
        label="Cron pattern"
        hint={describeCron(values.cron) ?? 'minute, hour, day, month, weekday; six fields begin with the second'}
        problem={problemOf('cron')}
        className="font-mono"
        value={values.cron}
        maxLength={200}
        onChange={(cron) => change({ cron })}
      />
      <Field label="Time zone" hint="Whose clocks are meant." problem={problemOf('timezone')}>
        {(tied) => (
          <>
            <Input
              {...tied}
              list={zones}
              value={values.timezone}
              onChange={({ target }) => change({ timezone: target.value })}
            />
            <datalist id={zones}>
              {['UTC', ...Intl.supportedValuesOf('timeZone')].map((zone) => (
                <option key={zone} value={zone} />
              ))}
            </datalist>
          </>
        )}
      </Field>
    </>
  );
}

function IntervalFields({ values, change, problemOf }: PartProps) {
  return (
    <Field label="Every" problem={problemOf('every_seconds') ?? problemOf('cron')}>
      {(tied) => (
        <div className="flex gap-2">
          <Input
            {...tied}
            inputMode="numeric"
            className="w-24"
            value={values.every}
            onChange={({ target }) => change({ every: target.value })}
          />
          <Select
            aria-label="Unit"
            value={values.unit}
            onChange={({ target }) => change({ unit: unitNames.find((unit) => unit === target.value) ?? values.unit })}
          >
            {unitNames.map((unit) => (
              <option key={unit} value={unit}>
                {unit}s
              </option>
            ))}
          </Select>
        </div>
      )}
    </Field>
  );
}

function Preview({ values }: PartProps) {
  const next = previewOf(values, new Date(), shownRuns);
  const say = (at: Date) => at.toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'long' });
  return (
    <p role="status" className="rounded-md bg-sunk px-3 py-2">
      {next.length === 0
        ? 'It would not run: look at what is given here.'
        : `It would run next, by your clock: ${next.map(say).join('; ')}${next.length < shownRuns ? '' : '; …'}`}
    </p>
  );
}
