import {
  defaultMaxAgeHours,
  type EntityKind,
  type ImportFilters,
  importFiltersFor,
  type KindName,
  kindNames,
  kinds,
  lineageOf,
  type Mode,
  matcherOf,
  noFilters,
  type ParentIds,
  parentField,
  parseEntityKey,
  readImportFilters,
  scopeField,
} from '@broadstreet-sync/domain';
import type { RunDocument } from '@broadstreet-sync/store';
import type { SyncContext } from '../context.ts';
import { chooseDue, intervalOf } from './due.ts';
import { chooseList, fieldsOfScope, ownList } from './lists.ts';
import { type Scope, scopesOf } from './scopes.ts';

type Select = (context: SyncContext, run: RunDocument, kind: EntityKind) => Promise<Scope[]>;

const hourMs = 3_600_000;
/** How far back earlier runs show how often such runs are made, in ages. */
const lookBackAges = 7;

const selections: Readonly<Record<Mode, Select>> = {
  full: scopesOf,
  fresh: scopesOf,
  incremental: filteredScopes,
  due: dueScopes,
};

/** The lists that a run reads of a kind; of one that it was not asked for, those that its scopes hang on. */
export async function selectScopes(context: SyncContext, run: RunDocument, kind: EntityKind): Promise<Scope[]> {
  if (!run.kinds.includes(kind.name)) return missingScopes(context, run, kind);
  if (run.only === null) return selections[run.mode](context, run, kind);
  const only = new Set(run.only[kind.name] ?? []);
  return (await scopesOf(context, run, kind, filtersOfRun(run, kind))).filter(({ key }) => only.has(key));
}

/** What of a run says what it is limited to. */
export type LimitedRun = Pick<RunDocument, 'mode' | 'kinds' | 'filters'>;

/** What limits a run's entities of a kind: nothing those of one that it was not asked for, whose lists it needs whole. */
export function filtersOfRun(run: LimitedRun, kind: EntityKind): ImportFilters {
  const isLimited = run.mode === 'incremental' && run.kinds.includes(kind.name);
  return isLimited ? importFiltersFor(kind, readImportFilters(run.filters)) : noFilters;
}

async function filteredScopes(context: SyncContext, run: RunDocument, kind: EntityKind): Promise<Scope[]> {
  const filters = filtersOfRun(run, kind);
  const scopes = await scopesOf(context, run, kind, filters);
  const known = await knownScopes(context, kind, filters);
  return known === null ? scopes : scopes.filter(({ key }) => known.has(key));
}

/**
 * The keys of the scopes in which production has what ids or a name stand for; null where it does not know all of it, so
 * that it may be in any.
 */
async function knownScopes(
  { store }: SyncContext,
  kind: EntityKind,
  filters: ImportFilters,
): Promise<ReadonlySet<string> | null> {
  const field = scopeField(kind);
  if (field === null || chooseList(kind, filters).sort !== 'own') return null;
  const { ids, name } = filters;
  if (ids !== null && kind.identity.includes(field)) {
    return new Set(ids.map((id) => String(parseEntityKey(kind, id)?.[field])));
  }
  if (ids === null && name === null) return null;
  const matches = matcherOf(kind, { parents: {}, ids, name });
  const keys = new Set<string>();
  let found = 0;
  const within = { ...filters.parents, ...(ids === null ? {} : { _id: { $in: [...ids] } }) };
  for await (const entity of store.production.each(kind.name, within, ['name', field, ...kind.identity])) {
    if (matches?.(entity) !== true || typeof entity[field] !== 'number') continue;
    found += 1;
    keys.add(String(entity[field]));
  }
  return found < (ids?.length ?? 1) ? null : keys;
}

async function dueScopes(context: SyncContext, run: RunDocument, kind: EntityKind): Promise<Scope[]> {
  const { store } = context;
  const maxAgeMs = (run.max_age_hours ?? defaultMaxAgeHours) * hourMs;
  const now = await store.now();
  const [scopes, known, times] = await Promise.all([
    scopesOf(context, run, kind),
    store.scopes.ofKind(kind.name),
    store.runs.timesOf(run, new Date(now.getTime() - lookBackAges * maxAgeMs)),
  ]);
  const aged = scopes.map((scope) => {
    const { verified_at: verifiedAt = null, churn = 0 } = known.get(scope.key) ?? {};
    return { ...scope, verifiedAt, churn };
  });
  return chooseDue(aged, { now, maxAgeMs, intervalMs: intervalOf(times) });
}

/**
 * The lists of a kind that tell which scopes there are for the kinds that were asked for. Those never read; where a filter
 * names an entity that production does not know, all that may hold it; where all that was asked for lies within one that
 * production does know, none.
 */
async function missingScopes(context: SyncContext, run: RunDocument, kind: EntityKind): Promise<Scope[]> {
  const { parents } = readImportFilters(run.mode === 'incremental' ? run.filters : {});
  const known = await knownParents(context, parents);
  const isAbove = (name: KindName): boolean => name === kind.name || lineageOf(kinds[name]).includes(kind.name);
  const coversAll = (name: KindName): boolean =>
    run.kinds.every((asked) => asked === name || lineageOf(kinds[asked]).includes(name));
  if (known.some((name) => isAbove(name) && coversAll(name))) return [];
  const covered = Object.entries(parents).filter(([field]) => fieldsOfScope(ownList(kind)).includes(field));
  const scopes = await scopesOf(context, run, kind, { ...noFilters, parents: Object.fromEntries(covered) });
  if (parents[parentField(kind.name)] !== undefined && !known.includes(kind.name)) return scopes;
  const verified = await context.store.production.verifiedScopes(kind.name);
  return scopes.filter(({ key }) => !verified.has(key));
}

/** The kinds of which a filter names an entity that production knows. */
async function knownParents({ store }: SyncContext, parents: ParentIds): Promise<KindName[]> {
  const named = kindNames.filter((name) => parents[parentField(name)] !== undefined);
  const found = await Promise.all(named.map((name) => store.production.get(name, String(parents[parentField(name)]))));
  return named.filter((_, at) => found[at] !== null);
}
