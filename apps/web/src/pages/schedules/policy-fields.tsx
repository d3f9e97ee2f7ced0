import { Checkbox, InputField } from '../../ui/fields.tsx';
import { ChoiceField } from './choice-field.tsx';
import type { PartProps } from './schedule-form.tsx';

const overlaps = [
  ['skip', 'Leave this time out'],
  ['queue', 'Run after it (one at most waits)'],
  ['cancel', 'Cancel it, and run'],
] as const;
const misses = [
  ['skip', 'Leave them out'],
  ['catch_up', 'Run once for all of them'],
] as const;
const conflicts = [
  ['remote_wins', 'Take Broadstreet’s'],
  ['local_wins', 'Keep what was edited here'],
  ['manual', 'Ask a person'],
] as const;

/** What becomes of runs that are in each other's way, or come late. */
export function PolicyFields({ values, change, problemOf }: PartProps) {
  return (
    <fieldset className="grid gap-4">
      <legend className="mb-2 font-semibold">What if</legend>
      <div className="grid items-start gap-4 sm:grid-cols-2">
        <ChoiceField
          label="Its last run still goes on"
          value={values.overlap}
          choices={overlaps}
          problem={problemOf('overlap')}
          onChange={(overlap) => change({ overlap })}
        />
        <ChoiceField
          label="No worker was there at its time"
          value={values.missed}
          choices={misses}
          problem={problemOf('missed')}
          onChange={(missed) => change({ missed })}
        />
        <ChoiceField
          label="A field was edited here and changed there"
          value={values.conflicts}
          choices={conflicts}
          problem={problemOf('conflicts')}
          onChange={(policy) => change({ conflicts: policy })}
        />
        <InputField
          label="Begin up to so many seconds later"
          hint="At random, so that not all begins at once; 0: on time."
          problem={problemOf('jitter_seconds')}
          inputMode="numeric"
          value={values.jitterSeconds}
          onChange={(jitterSeconds) => change({ jitterSeconds })}
        />
      </div>
      <label className="flex items-center gap-2" htmlFor="schedule-paused">
        <Checkbox
          id="schedule-paused"
          checked={!values.enabled}
          onChange={({ target }) => change({ enabled: !target.checked })}
        />
        Paused: it does not run until it is resumed
      </label>
    </fieldset>
  );
}
