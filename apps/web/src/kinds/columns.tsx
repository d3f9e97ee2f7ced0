import { type EntityKind, labelOf, parentField } from '@broadstreet-sync/domain';
import { Link } from '@tanstack/react-router';
import type { Entity } from '../queries/entities.ts';
import type { Column } from '../ui/data-table.tsx';
import { Time } from '../ui/times.tsx';
import { isLocal, keyOf, nameOf, originOf, referenceIn } from './entity.ts';
import { EntityLink } from './entity-link.tsx';
import { EntityMarks } from './entity-marks.tsx';
import { OriginBadge } from './origin-badge.tsx';
import { describeValue } from './values.ts';

type Names = ReadonlyMap<string, string | null>;

const mostFields = 4;
/** Of these, as many as a small screen has room for. */
const mostNarrow = 2;

/** Fields of a kind that a list shows beside name and parents: what a person can give and lists show. */
function listedFields(kind: EntityKind): string[] {
  const long = kind.longText ?? [];
  const known = Object.keys(kind.fields.shape).filter((field) => field in kind.row.shape);
  const isShort = (field: string) => field !== 'name' && !long.includes(field) && !isImage(kind, field);
  return known.filter(isShort).slice(0, mostFields);
}

function isImage(kind: EntityKind, field: string): boolean {
  return kind.readAsImage?.includes(field) === true;
}

function isNumeric(kind: EntityKind, field: string): boolean {
  const type = kind.row.shape[field]?.safeParse(1).success === true && kind.words?.[field] === undefined;
  return type && kind.row.shape[field]?.safeParse('').success === false;
}

function isDate(kind: EntityKind, field: string): boolean {
  return kind.readAsDay?.includes(field) === true;
}

/** The columns of a kind's list, from its declaration. */
export function columnsOf(kind: EntityKind, names: Names): Column<Entity>[] {
  const parents = kind.parents.map(parentField);
  return [
    { key: 'origin', title: 'Status', cell: (entity) => <Status kind={kind} entity={entity} /> },
    ...('name' in kind.fields.shape ? [nameColumn(kind, names)] : []),
    ...parents.map((field) => parentColumn(kind, field, names)),
    ...listedFields(kind).map((field, at) => fieldColumn(kind, field, at < mostNarrow ? true : 'wide')),
    verifiedColumn(kind, names),
  ];
}

function Status({ kind, entity }: { readonly kind: EntityKind; readonly entity: Entity }) {
  return (
    <span className="flex flex-wrap gap-1">
      <OriginBadge origin={originOf(entity)} />
      <EntityMarks kind={kind} entity={entity} />
    </span>
  );
}

function nameColumn(kind: EntityKind, names: Names): Column<Entity> {
  return {
    key: 'name',
    title: 'Name',
    sort: 'name',
    cell: (entity) => (
      <Link
        to="/$kind/$key"
        params={{ kind: kind.name, key: keyOf(kind, entity) }}
        className="line-clamp-2 min-w-36 font-medium hover:underline"
      >
        <bdi>{nameOf(kind, entity, names)}</bdi>
      </Link>
    ),
  };
}

function parentColumn(kind: EntityKind, field: string, names: Names): Column<Entity> {
  return {
    key: field,
    title: labelOf(kind, field),
    cell: (entity) => {
      const reference = referenceIn(kind, entity, field);
      if (reference === null) return '–';
      return (
        <span className="block min-w-24">
          <EntityLink reference={reference} names={names} />
        </span>
      );
    },
  };
}

function fieldColumn(kind: EntityKind, field: string, isExtra: true | 'wide'): Column<Entity> {
  return {
    key: field,
    title: labelOf(kind, field),
    isExtra,
    isNumber: isNumeric(kind, field),
    ...(kind.readAsArray?.includes(field) === true ? {} : { sort: field }),
    cell: (entity) => (
      <span className={isDate(kind, field) ? 'whitespace-nowrap tabular-nums' : 'line-clamp-2'}>
        {describeValue(kind, field, entity[field])}
      </span>
    ),
  };
}

function verifiedColumn(kind: EntityKind, names: Names): Column<Entity> {
  const isNamed = 'name' in kind.fields.shape;
  return {
    key: isNamed ? 'synced_at' : 'open',
    title: isNamed ? 'Last change' : 'More',
    isExtra: isNamed,
    cell: (entity) => {
      const at = <Time at={isLocal(entity) ? entity.updated_at : entity.synced_at} />;
      if (isNamed) return <span className="whitespace-nowrap text-soft">{at}</span>;
      return (
        <Link
          to="/$kind/$key"
          params={{ kind: kind.name, key: keyOf(kind, entity) }}
          className="whitespace-nowrap text-accent hover:underline"
        >
          Open<span className="sr-only"> {nameOf(kind, entity, names)}</span>
        </Link>
      );
    },
  };
}
