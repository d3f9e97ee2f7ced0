import { type CandidateView, pathOf } from '@broadstreet-sync/contract';
import {
  cleanPayload,
  compareFields,
  type EntityFields,
  type EntityKind,
  entityKey,
  kinds,
  normaliseName,
  ownFields,
  parentField,
} from '@broadstreet-sync/domain';
import type { LocalDocument, ProductionDocument, Store } from '@broadstreet-sync/store';
import { remoteId } from '../runs/task-views.ts';

type CandidateStore = Pick<Store, 'lineages' | 'production'>;

const most = 20;
const ranks: Readonly<Record<CandidateView['match'], number>> = { identity: 0, name: 1, field: 2, similar: 3 };

export interface Candidates {
  readonly items: CandidateView[];
  readonly total: number;
  readonly note: string | null;
}

/**
 * Remote entities that a local one could be, as production has them: of the same parent, under the same name or another
 * unique value, or under a name that differs in its number alone; none that another local one has become.
 */
export async function findCandidates(
  { lineages, production }: CandidateStore,
  kind: EntityKind,
  draft: LocalDocument,
): Promise<Candidates> {
  const [parents = {}] = await lineages.parentsOf(kind, [draft]);
  const needed = kind.identity.includes('id') ? (kind.lineage === undefined ? [] : [kind.lineage]) : kind.parents;
  const missing = needed.find((name) => typeof parents[parentField(name)] !== 'number');
  if (missing !== undefined) {
    const { singular } = kinds[missing];
    const note = `Its ${singular} is not known to exist in Broadstreet: export or link that first.`;
    return { items: [], total: 0, note };
  }
  const payload = cleanPayload(kind, ownFields(kind, draft));
  const within = Object.fromEntries(needed.map((name) => [parentField(name), parents[parentField(name)]]));
  const fields = ['sync.original_local_id', ...kind.unique, ...kind.identity];
  const rows = await production.fields(kind.name, within, fields);
  const found = new Map<string, CandidateView['match']>();
  for (const row of rows.filter(isFree)) {
    const match = matchOf(kind, payload, parents, row);
    if (match !== null) found.set(row._id, match);
  }
  const entities = await production.many(kind.name, [...found.keys()]);
  const items = entities.map((entity) => candidateView(kind, payload, entity, found.get(entity._id) ?? 'similar'));
  return { items: items.sort(byLikeness).slice(0, most), total: items.length, note: null };
}

function isFree({ sync }: ProductionDocument): boolean {
  return sync?.original_local_id === undefined;
}

/** A name without the number that it got where it was taken. */
function withoutNumber(name: string): string {
  return normaliseName(name).replace(/ \(\d+\)$/, '');
}

function matchOf(
  kind: EntityKind,
  payload: EntityFields,
  parents: EntityFields,
  row: EntityFields,
): CandidateView['match'] | null {
  if (!kind.identity.includes('id')) return entityKey(kind, parents) === entityKey(kind, row) ? 'identity' : null;
  const pairs = kind.unique.map((field) => [payload[field], row[field]] as const);
  const isSame = ([here, there]: readonly [unknown, unknown]): boolean =>
    typeof here === 'string' && typeof there === 'string' && normaliseName(here) === normaliseName(there);
  const [name, ...others] = pairs;
  if (name !== undefined && isSame(name)) return 'name';
  if (others.some(isSame)) return 'field';
  const [here, there] = name ?? [];
  if (typeof here !== 'string' || typeof there !== 'string') return null;
  return withoutNumber(here) === withoutNumber(there) ? 'similar' : null;
}

function candidateView(
  kind: EntityKind,
  payload: EntityFields,
  entity: ProductionDocument,
  match: CandidateView['match'],
): CandidateView {
  const fields = compareFields(kind, payload, entity);
  return {
    remote_id: remoteId(kind.name, entity._id),
    name: typeof entity.name === 'string' ? entity.name : null,
    match,
    is_exact: fields.every(({ is_equal }) => is_equal === true),
    fields: fields.map((field) => ({ ...field })),
    address: pathOf({ path: `/api/${kind.name}/{id}` }, { id: entity._id }),
  };
}

function byLikeness(one: CandidateView, other: CandidateView): number {
  const equal = ({ fields }: CandidateView) => fields.filter(({ is_equal }) => is_equal === true).length;
  return (
    ranks[one.match] - ranks[other.match] ||
    equal(other) - equal(one) ||
    String(one.remote_id).localeCompare(String(other.remote_id), 'en', { numeric: true })
  );
}
