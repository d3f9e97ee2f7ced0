import { api, type LocalEntity, nextCursor, pathOf } from '@broadstreet-sync/contract';
import { type EntityFields, type EntityKind, isUnderWay, kinds } from '@broadstreet-sync/domain';
import { beingExported, type Child, type LocalDocument, type Locals, type Store } from '@broadstreet-sync/store';
import { type Binding, bindKinds, reply } from '../http/bind.ts';
import { notFound, ProblemError } from '../http/problem-error.ts';
import { findLocalFilter, sortingOf } from './entity-filter.ts';
import { isMatch, localEtag } from './etag.ts';
import { idMapView, localView } from './local-view.ts';

type LocalStore = Pick<Store, 'locals' | 'draftEdits' | 'intents' | 'overview'>;

/** Local entities: the same routes for every kind. */
export function bindLocalRoutes(store: LocalStore): Binding[] {
  const { locals, draftEdits } = store;
  const refuseSent = (kind: EntityKind, id: string) => refuseBeingExported(store, kind, id);
  return [
    ...bindKinds(api.listLocal, (kind) => async ({ query }) => {
      const filter = (await findLocalFilter(store.overview, kind, query)) ?? {};
      const sorting = query.sort.length === 0 ? {} : sortingOf(kind, query);
      const { items, total } = await locals.page(kind.name, filter, sorting, query.skip, query.limit);
      const views = items.map((document) => localView(kind, document));
      return reply(200, { items: views, total, next: nextCursor(query, total) });
    }),
    ...bindKinds(api.createLocal, (kind) => async ({ body }) => {
      const document = await locals.create(kind.name, withoutNulls(body));
      const entity = localView(kind, document);
      const location = pathOf({ path: `/api/local/${kind.name}/{_id}` }, { _id: entity._id });
      return reply(201, entity, { location, etag: localEtag(document) });
    }),
    ...bindKinds(api.getLocal, (kind) => async ({ params }) => {
      const document = await locals.get(kind.name, params._id);
      return document === null ? moved(locals, kind, params._id) : replyEntity(kind, document);
    }),
    ...bindKinds(api.updateLocal, (kind) => async ({ params, body, headers }) => {
      await refuseSent(kind, params._id);
      return update(store, kind, params._id, body, headers['if-match']);
    }),
    ...bindKinds(api.removeLocal, (kind) => async ({ params, query, headers }) => {
      const document = await locals.get(kind.name, params._id);
      if (document === null) return moved(locals, kind, params._id);
      if (!isMatch(headers['if-match'], localEtag(document))) throw outdated(kind, document);
      await refuseSent(kind, params._id);
      const children = await childrenToRemove(locals, kind, params._id, query.cascade === 'true');
      const revision = headers['if-match'] === undefined ? undefined : (document.revision ?? 0);
      const removed = await draftEdits.remove([{ kind: kind.name, _id: params._id }, ...children], revision);
      if (typeof removed === 'object') throw beingSent(kinds[removed.kind], removed._id);
      if (removed) return reply(204);
      const now = await locals.get(kind.name, params._id);
      if (now !== null) throw outdated(kind, now);
      return moved(locals, kind, params._id);
    }),
  ];
}

/** What has been sent is in production soon, as it was sent: a change made here meanwhile would be lost. */
async function refuseBeingExported({ intents, locals }: LocalStore, kind: EntityKind, id: string): Promise<void> {
  const intent = await intents.get(id);
  if (intent === null || !isUnderWay(intent) || (await locals.get(kind.name, id)) === null) return;
  throw beingSent(kind, id);
}

function beingSent(kind: EntityKind, id: string): ProblemError {
  const detail = `The ${kind.singular} ${id} has been sent to Broadstreet and is moved to production as soon as the answer is known: change it there then, or try again after the export.`;
  return new ProblemError({ code: 'being_exported', detail });
}

interface EntityReply {
  readonly status: 200;
  readonly body: LocalEntity;
  readonly headers: Readonly<Record<string, string>>;
}

function replyEntity(kind: EntityKind, document: LocalDocument): EntityReply {
  return reply(200, localView(kind, document), { etag: localEtag(document) });
}

function withoutNulls(fields: EntityFields): EntityFields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null && value !== undefined));
}

/** Changes the fields given. With `If-Match` nobody else may have changed the entity since, before or meanwhile. */
async function update(
  { locals, draftEdits }: LocalStore,
  kind: EntityKind,
  id: string,
  patch: EntityFields,
  ifMatch: string | undefined,
): Promise<EntityReply | Awaited<ReturnType<typeof moved>>> {
  const before = await locals.get(kind.name, id);
  if (before === null) return moved(locals, kind, id);
  if (!isMatch(ifMatch, localEtag(before))) throw outdated(kind, before);
  if (Object.keys(patch).length === 0) return replyEntity(kind, before);
  const revision = ifMatch === undefined ? undefined : (before.revision ?? 0);
  const after = await draftEdits.update(kind.name, id, patch, revision);
  if (after === beingExported) throw beingSent(kind, id);
  if (after !== null) return replyEntity(kind, after);
  const now = await locals.get(kind.name, id);
  if (now !== null) throw outdated(kind, now);
  return moved(locals, kind, id);
}

/** @throws ProblemError `revision_outdated`, with the entity as it is */
function outdated(kind: EntityKind, document: LocalDocument): ProblemError {
  return new ProblemError({
    code: 'revision_outdated',
    detail: `The ${kind.singular} was changed since it was read: look at it again, then repeat the change on that.`,
    extra: { entity: localView(kind, document) },
    headers: { etag: localEtag(document) },
  });
}

/** Where an entity that is not local any more has gone. @throws ProblemError `not_found` */
async function moved(locals: Locals, kind: EntityKind, id: string) {
  const entry = (await locals.mapped(kind.name, [id])).get(id);
  if (entry === undefined) throw notFound(`There is no local ${kind.singular} ${id}.`);
  const location = pathOf({ path: `/api/${kind.name}/{id}` }, { id: entry.remote_id });
  return reply(308, idMapView(entry), { location });
}

/** What refers to an entity, and goes with it. @throws ProblemError `has_children` unless that is wanted */
async function childrenToRemove(locals: Locals, kind: EntityKind, id: string, isWanted: boolean): Promise<Child[]> {
  if (isWanted) return locals.descendants(kind.name, id);
  const children = await locals.children(kind.name, id);
  if (children.length > 0) throw hasChildren(kind, id, children);
  return [];
}

function hasChildren(kind: EntityKind, id: string, children: readonly Child[]): ProblemError {
  const named = children.slice(0, 5).map((child) => `${child.kind}/${child._id}`);
  const more = children.length > named.length ? ` and ${children.length - named.length} more` : '';
  return new ProblemError({
    code: 'has_children',
    detail: `The ${kind.singular} ${id} has ${named.join(', ')}${more} hanging on it: delete them first, or add ?cascade=true.`,
    extra: { children },
  });
}
