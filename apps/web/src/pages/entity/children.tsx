import { type EntityKind, kindNames, kinds, parentField, titleOf } from '@broadstreet-sync/domain';
import { Link } from '@tanstack/react-router';
import { Grid3x3, Plus } from 'lucide-react';
import { useState } from 'react';
import { columnsOf } from '../../kinds/columns.tsx';
import { isLocal, keyOf, nameOf, originOf, referencesOf } from '../../kinds/entity.ts';
import { NewEntityDialog } from '../../kinds/entity-dialog.tsx';
import { gridKindsOf } from '../../kinds/grids.ts';
import { type Entity, useEntityPage, useNames } from '../../queries/entities.ts';
import { Button } from '../../ui/button.tsx';
import { Card, CardHead } from '../../ui/card.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { Failure } from '../../ui/states.tsx';
import { GridDialog } from './grid-dialog.tsx';

const shown = 10;

/** What hangs on an entity, kind by kind. */
export function Children({ kind, entity }: { readonly kind: EntityKind; readonly entity: Entity }) {
  const below = kindNames.filter((name) => kinds[name].parents.includes(kind.name));
  return below.map((name) => <ChildrenOfKind key={name} kind={kinds[name]} parent={kind} entity={entity} />);
}

interface ChildrenProps {
  readonly kind: EntityKind;
  readonly parent: EntityKind;
  readonly entity: Entity;
}

function ChildrenOfKind({ kind, parent, entity }: ChildrenProps) {
  const [open, setOpen] = useState<'one' | 'grid' | null>(null);
  const hasGrid = gridKindsOf(parent).includes(kind);
  const field = parentField(parent.name);
  const id = isLocal(entity) ? entity._id : Number(entity.id);
  const { data, error } = useEntityPage(kind.name, {
    scope: 'both',
    limit: shown,
    filters: { [field]: String(id) },
    sort: '-created_locally,synced_with_api',
  });
  const names = useNames((data?.items ?? []).flatMap((child) => referencesOf(kind, child)));
  return (
    <Card>
      <CardHead title={`${titleOf(kind)}${data === undefined ? '' : ` (${data.total.toLocaleString()})`}`}>
        {data !== undefined && data.total > shown ? (
          <Link
            to="/$kind"
            params={{ kind: kind.name }}
            search={{ [field]: id }}
            className="text-accent hover:underline"
          >
            Show all
          </Link>
        ) : null}
        {hasGrid ? (
          <Button size="small" onClick={() => setOpen('grid')}>
            <Grid3x3 /> Many in a grid
          </Button>
        ) : null}
        <Button size="small" onClick={() => setOpen('one')}>
          <Plus /> New {kind.singular}
        </Button>
      </CardHead>
      {error === null ? null : <Failure error={error} />}
      {data?.total === 0 ? <p className="px-4 py-3 text-soft">None yet.</p> : null}
      {data === undefined || data.total === 0 ? null : (
        <DataTable
          label={titleOf(kind)}
          columns={columnsOf(kind, names).filter(({ key }) => key !== field)}
          rows={data.items}
          keyOf={(child) => keyOf(kind, child)}
          nameOf={(child) => nameOf(kind, child, names)}
          testIdOf={(child) => (originOf(child) === 'synced' ? 'synced-entity' : undefined)}
        />
      )}
      <NewEntityDialog
        kind={open === 'one' ? kind.name : null}
        initial={{ [field]: id }}
        onClose={() => setOpen(null)}
      />
      {hasGrid ? (
        <GridDialog
          kind={kind}
          parent={parent}
          entity={entity}
          isOpen={open === 'grid'}
          onClose={() => setOpen(null)}
        />
      ) : null}
    </Card>
  );
}
