import { kindNames, kinds, titleOf } from '@broadstreet-sync/domain';
import { ReferencePicker } from '../../kinds/reference-picker.tsx';
import { Checkbox, Field, Input, InputField } from '../../ui/fields.tsx';
import { ChoiceField } from './choice-field.tsx';
import { filterFieldsOf } from './filter-fields.ts';
import type { PartProps } from './schedule-form.tsx';

const operations = [
  ['import', 'Import from Broadstreet'],
  ['export', 'Export what is local, and edits'],
] as const;
const modes = [
  ['full', 'Everything'],
  ['due', 'Only what is due: lists that have not been read for a while'],
  ['incremental', 'Only what is chosen below'],
  ['fresh', 'Everything, as if nothing were here: edits that are not sent are dropped'],
] as const;

/** What a schedule runs. */
export function WhatFields(props: PartProps) {
  const { values, change, problemOf } = props;
  const { operation, mode } = values;
  return (
    <fieldset className="grid gap-4">
      <legend className="mb-2 font-semibold">What runs</legend>
      <div className="grid items-start gap-4 sm:grid-cols-2">
        <ChoiceField
          label="Operation"
          value={operation}
          choices={operations}
          problem={problemOf('operation')}
          onChange={(chosen) => change({ operation: chosen })}
        />
        {operation === 'import' ? (
          <ChoiceField
            label="Reads"
            value={mode}
            choices={modes}
            problem={problemOf('mode')}
            onChange={(chosen) => change({ mode: chosen })}
          />
        ) : null}
        {operation === 'import' && mode === 'due' ? (
          <InputField
            label="No list is to get older than (hours)"
            problem={problemOf('max_age_hours')}
            hint="More is read than has reached that age, so that none is older before the next run."
            inputMode="decimal"
            value={values.maxAgeHours}
            onChange={(maxAgeHours) => change({ maxAgeHours })}
          />
        ) : null}
      </div>
      <Kinds {...props} />
      {operation === 'export' || mode === 'incremental' ? <Filters {...props} /> : null}
    </fieldset>
  );
}

function Kinds({ values, change, problemOf }: PartProps) {
  const problem = problemOf('kinds');
  return (
    <fieldset className="grid gap-1" aria-describedby="schedule-kinds-says">
      <legend className="mb-1 font-medium">Kinds</legend>
      <div className="flex flex-wrap gap-x-4 gap-y-1">
        {kindNames.map((name) => (
          <label key={name} className="flex items-center gap-1.5" htmlFor={`schedule-kind-${name}`}>
            <Checkbox
              id={`schedule-kind-${name}`}
              checked={values.kinds.includes(name)}
              onChange={({ target }) =>
                change({
                  kinds: kindNames.filter((each) => (each === name ? target.checked : values.kinds.includes(each))),
                })
              }
            />
            {titleOf(kinds[name])}
          </label>
        ))}
      </div>
      <p id="schedule-kinds-says" className="text-[13px] text-bad empty:hidden">
        {problem}
      </p>
    </fieldset>
  );
}

function Filters({ values, change, problemOf }: PartProps) {
  const { operation, kinds: names, within } = values;
  const fields = filterFieldsOf(operation, names);
  const problem = problemOf('filters');
  return (
    <fieldset className="grid gap-3" aria-describedby="schedule-filters-says">
      <legend className="mb-1 font-medium">{operation === 'import' ? 'Only' : 'Only (nothing chosen: all)'}</legend>
      <div className="grid items-start gap-3 sm:grid-cols-2">
        {fields.chosen.map((name) => (
          <Field key={name} label={`Of the ${kinds[name].singular}`}>
            {(tied) => (
              <ReferencePicker
                {...tied}
                kind={name}
                value={within[name] ?? null}
                placeholder="any"
                onChange={(id) => {
                  const { [name]: _before, ...others } = within;
                  change({ within: id === null ? others : { ...others, [name]: id } });
                }}
              />
            )}
          </Field>
        ))}
        {fields.name ? (
          <InputField
            label="With the name"
            hint="The whole name, in any case."
            value={values.filterName}
            onChange={(filterName) => change({ filterName })}
          />
        ) : null}
        {fields.ids ? (
          <Field label="With the ids" hint="As Broadstreet has them, with commas between.">
            {(tied) => <Input {...tied} value={values.ids} onChange={({ target }) => change({ ids: target.value })} />}
          </Field>
        ) : null}
      </div>
      <p id="schedule-filters-says" className="text-[13px] text-bad empty:hidden">
        {problem}
      </p>
    </fieldset>
  );
}
