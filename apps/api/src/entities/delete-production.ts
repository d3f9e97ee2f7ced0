import type { DeletionPlanView } from '@broadstreet-sync/contract';
import {
  type EntityKind,
  kinds,
  type NamedEntity,
  nameSome,
  parentField,
  removalRequests,
  removalSteps,
  removedWith,
  whyNotRemoved,
} from '@broadstreet-sync/domain';
import {
  type Child,
  type Dependant,
  type EntityRef,
  type ProductionDocument,
  type Store,
  wishesFor,
} from '@broadstreet-sync/store';
import { ProblemError } from '../http/problem-error.ts';
import { remoteId } from '../runs/task-views.ts';
import { findProduction, requireMatch } from './find-production.ts';
import { remoteRefView } from './local-view.ts';

type DeletionStore = Pick<Store, 'production' | 'dependants' | 'deletions' | 'scopes'>;

const mostNamed = 500;

interface DeletionWish {
  /** What hangs on it is planned too. */
  readonly cascade: boolean;
  readonly ifMatch: string | undefined;
  readonly requestedBy: string;
}

/** All that goes when an entity does. */
interface Doomed {
  readonly target: Dependant;
  /** Each by a request of its own, children first; the target is the last. */
  readonly removed: readonly Dependant[];
  readonly along: readonly Dependant[];
  readonly drafts: readonly Child[];
}

/**
 * Plans that the next export deletes an entity; asking again is as good as once.
 *
 * @throws ProblemError `not_found`, `revision_outdated`, `cannot_be_removed`, or `has_children` with what hangs on it
 */
export async function deleteProduction(
  store: DeletionStore,
  kind: EntityKind,
  id: string,
  { cascade, ifMatch, requestedBy }: DeletionWish,
): Promise<{ plan: DeletionPlanView; document: ProductionDocument }> {
  for (;;) {
    const document = await findProduction(store, kind, id);
    await requireMatch(store, kind, document, ifMatch);
    const reason = whyNotRemoved(kind);
    if (reason !== null) throw new ProblemError({ code: 'cannot_be_removed', detail: reason });
    const doomed = await readDoomed(store, kind, document);
    if (!cascade) refuseChildren(doomed);
    // What hangs on it by now may be more than when it was first asked for.
    const below = { production: [...doomed.removed.slice(0, -1), ...doomed.along], drafts: doomed.drafts };
    if (!(await store.deletions.plan(wishesFor(doomed.target, below, requestedBy)))) continue;
    await store.deletions.nameDrafts(doomed.target, doomed.drafts.map(draftRef));
    return { plan: planView(doomed), document: await findProduction(store, kind, id) };
  }
}

async function readDoomed(store: DeletionStore, kind: EntityKind, document: ProductionDocument): Promise<Doomed> {
  const name = typeof document.name === 'string' ? document.name : null;
  const target = { kind: kind.name, key: document._id, name, document };
  const { production, drafts } = await store.dependants.of(target);
  const isAlong = (each: Dependant): boolean => removedWith(kinds[each.kind])?.name === kind.name;
  const order = removalSteps.flat().map((each) => each.name);
  const removed = production
    .filter((each) => !isAlong(each))
    .sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));
  return { target, removed: [...removed, target], along: production.filter(isAlong), drafts };
}

/** @throws ProblemError `has_children`, unless all that hangs on it is to be deleted already */
function refuseChildren({ target, removed, along, drafts: all }: Doomed): void {
  const children = [...removed, ...along].filter((each) => each !== target && isOpen(each));
  const named = new Set(target.document.sync.deletion?.drafts.map(({ key }) => key));
  const drafts = all.filter(({ _id }) => !named.has(_id));
  if (children.length === 0 && drafts.length === 0) return;
  const { singular } = kinds[target.kind];
  const words = [
    ...(children.length > 0 ? [nameSome(children)] : []),
    ...(drafts.length > 0 ? [`${drafts.length} local ${drafts.length === 1 ? 'entity' : 'entities'}`] : []),
  ].join(' and ');
  throw new ProblemError({
    code: 'has_children',
    detail: `The ${singular} ${target.key} has ${words} hanging on it, which would go with it: delete them first, or add ?cascade=true.`,
    extra: {
      children: [...children.map(childView), ...drafts.map((draft) => ({ scope: 'local', ...draft }))].slice(
        0,
        mostNamed,
      ),
      total_children: children.length + drafts.length,
    },
  });
}

function childView(child: NamedEntity) {
  const { kind } = child;
  return { scope: 'production', ...remoteRefView(child), goes_along: kinds[kind].remove === null };
}

function isOpen({ document }: Dependant): boolean {
  return document.sync.deletion === undefined;
}

function draftRef({ kind, _id }: Child): EntityRef {
  return { kind, key: _id };
}

function planView({ target, removed, along, drafts }: Doomed): DeletionPlanView {
  const requests = removed.map(({ kind, document }) => removalRequests(kinds[kind], document, 'children').length);
  return {
    kind: target.kind,
    id: remoteId(target.kind, target.key),
    name: target.name,
    removed: removed.map(remoteRefView),
    along: along.map(remoteRefView),
    drafts: drafts.map(({ kind, _id, name }) => ({ kind, _id, name: typeof name === 'string' ? name : null })),
    requests: requests.reduce((sum, count) => sum + count, 0),
  };
}

/**
 * Keeps an entity that was to be deleted, with all that was to be deleted as a part of that.
 *
 * @throws ProblemError `not_found`; `deletion_planned` when what it hangs on is to be deleted; `being_removed`
 */
export async function keepProduction(store: DeletionStore, kind: EntityKind, id: string): Promise<ProductionDocument> {
  const document = await findProduction(store, kind, id);
  const { deletion } = document.sync;
  if (deletion === undefined) return document;
  for (const name of kind.parents) {
    const parent = await store.production.get(name, String(document[parentField(name)]));
    if (parent?.sync.deletion === undefined) continue;
    const detail = `The ${kinds[name].singular} ${parent._id} that it hangs on is to be deleted: keep that (POST /api/${name}/${parent._id}/keep).`;
    throw new ProblemError({ code: 'deletion_planned', detail });
  }
  const below = await store.dependants.below([{ kind: kind.name, key: document._id }]);
  const parts = below.filter(({ document: each }) => isPartOf(each, kind, document._id));
  await store.deletions.withdraw([{ kind: kind.name, key: document._id }, ...parts]);
  const kept = await findProduction(store, kind, id);
  if (kept.sync.deletion === undefined) return kept;
  const detail = `The request to delete the ${kind.singular} ${id} has been sent: it cannot be kept any more.`;
  throw new ProblemError({ code: 'being_removed', detail });
}

function isPartOf({ sync }: ProductionDocument, kind: EntityKind, key: string): boolean {
  const { part_of, with: along } = sync.deletion ?? {};
  return [part_of, along].some((ref) => ref?.kind === kind.name && ref.key === key);
}
