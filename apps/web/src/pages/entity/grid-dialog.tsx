import { type EntityFields, type EntityKind, hintOf, kinds, labelOf, parentField } from '@broadstreet-sync/domain';
import { useState } from 'react';
import { toast } from 'sonner';
import { AxisPicker } from '../../kinds/axis-picker.tsx';
import { isLocal } from '../../kinds/entity.ts';
import { FieldControl } from '../../kinds/field-control.tsx';
import { axesOf, axisFilter, type Choices, combinationsOf, missingOf } from '../../kinds/grids.ts';
import { type Entity, useEntityPage } from '../../queries/entities.ts';
import { useMakeMany } from '../../queries/many.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Field } from '../../ui/fields.tsx';
import { messageOf } from '../../ui/states.tsx';

interface GridDialogProps {
  /** What is made. */
  readonly kind: EntityKind;
  /** What all of it hangs on. */
  readonly parent: EntityKind;
  readonly entity: Entity;
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

/** As many as are compared with what exists. */
const mostCompared = 500;
const mostAtOnce = 2000;

/** Makes many entities at once: every combination of what is chosen along the axes. */
export function GridDialog(props: GridDialogProps) {
  const { kind, parent, isOpen, onClose } = props;
  const axes = axesOf(kind, parent.name).map((name) => kinds[name].name);
  return (
    <Dialog
      isWide
      isOpen={isOpen}
      onClose={onClose}
      title={`New ${kind.name} in a grid`}
      description={`Each of the chosen ${axes.join(' with each of the chosen ')}; what exists already is left out.`}
    >
      <Grid {...props} />
    </Dialog>
  );
}

function Grid({ kind, parent, entity, onClose }: GridDialogProps) {
  const [chosen, setChosen] = useState<Choices>({});
  const [common, setCommon] = useState<EntityFields>({});
  const { made, make } = useMakeMany(kind.name);
  const field = parentField(parent.name);
  const id = isLocal(entity) ? entity._id : Number(entity.id);
  const { data: existing } = useEntityPage(kind.name, {
    scope: 'both',
    limit: mostCompared,
    filters: { [field]: String(id) },
  });
  const axes = axesOf(kind, parent.name);
  const all = combinationsOf(axes, chosen);
  const missing = missingOf(axes, all, existing?.items ?? []);

  async function save(): Promise<void> {
    try {
      await make(missing.map((each) => ({ [field]: id, ...each, ...common })));
      toast.success(
        `${missing.length.toLocaleString()} ${kind.name} are saved here. Export them under Local entities.`,
      );
      onClose();
    } catch (error) {
      toast.error(messageOf(error));
    }
  }

  return (
    <div className="grid gap-4">
      <div className="grid gap-4 md:grid-cols-2">
        {axes.map((axis) => (
          <AxisPicker
            key={axis}
            kind={kinds[axis]}
            within={axisFilter(kinds[axis], entity)}
            chosen={chosen[axis] ?? []}
            onChange={(ids) => setChosen({ ...chosen, [axis]: ids })}
          />
        ))}
      </div>
      {kind.create.fields.map((name) => (
        <Field key={name} label={labelOf(kind, name)} hint={hintOf(kind, name)}>
          {(tied) => (
            <FieldControl
              kind={kind}
              field={name}
              value={common[name]}
              tied={tied}
              within={{}}
              onChange={(value) => setCommon(value === null ? {} : { ...common, [name]: value })}
            />
          )}
        </Field>
      ))}
      <div className="flex flex-wrap items-center justify-between gap-2">
        <p aria-live="polite" className="tabular-nums">
          {axes.map((axis) => `${(chosen[axis] ?? []).length} ${axis}`).join(' × ')} = {all.length.toLocaleString()}
          {all.length === missing.length ? '' : `, of which ${(all.length - missing.length).toLocaleString()} exist`}
        </p>
        <Button
          look="main"
          disabled={missing.length === 0 || missing.length > mostAtOnce || made !== null || existing === undefined}
          onClick={() => void save()}
        >
          {made === null
            ? `Save ${missing.length.toLocaleString()} ${missing.length === 1 ? kind.singular : kind.name}`
            : `${made.toLocaleString()} of ${missing.length.toLocaleString()} saved …`}
        </Button>
      </div>
    </div>
  );
}
