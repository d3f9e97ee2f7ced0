import { type KindName, kindName, kindNames, kinds, oneOf } from '@broadstreet-sync/domain';
import { z } from 'zod';
import { closedObject } from '../closed-object.ts';
import { deletionPlan } from '../deletions.ts';
import { editInput } from '../edits.ts';
import { idMapEntry, localEntity, localId, localInput, productionEntity } from '../entities.ts';
import { localQuery, productionQuery } from '../entity-query.ts';
import { freshness } from '../freshness.ts';
import { pageOf, pageParameters } from '../pages.ts';
import { defineRoute, none } from '../route.ts';
import { historyEntry } from '../runs.ts';

const byLocalId = closedObject({ _id: localId });
const ifMatch = z.object({
  'if-match': z.string().optional().meta({ description: 'An `ETag` that was given: 412 when it is outdated.' }),
});
const cascade = z.enum(['true', 'false'], { error: 'must be true or false' }).optional();
const etag = { etag: 'Changes with the entity; for `If-Match`.' } as const;
const moved = {
  description: 'It has been exported, and is at home there now.',
  body: idMapEntry,
  headers: { location: 'Address of the production entity.' },
} as const;

type LocalSchema = ReturnType<typeof localEntity>;

function local(kind: KindName, entity: LocalSchema) {
  const { singular } = kinds[kind];
  const input = localInput(kinds[kind]);
  const base = { ...none, kind, tag: 'Local entities' } as const;
  const one = { ...base, path: `/api/local/${kind}/{_id}`, params: byLocalId } as const;
  return {
    list: defineRoute({
      ...base,
      method: 'get',
      path: `/api/local/${kind}`,
      role: 'viewer',
      summary: `Local ${kind}`,
      query: localQuery(kinds[kind]),
      answers: { 200: { description: 'A page of them.', body: pageOf(entity) } },
    }),
    create: defineRoute({
      ...base,
      method: 'post',
      path: `/api/local/${kind}`,
      role: 'operator',
      summary: `Make a local ${singular}`,
      body: input,
      answers: {
        201: { description: 'The entity.', body: entity, headers: { ...etag, location: 'Address of the entity.' } },
      },
    }),
    get: defineRoute({
      ...one,
      method: 'get',
      role: 'viewer',
      summary: `A local ${singular}`,
      answers: { 200: { description: 'The entity.', body: entity, headers: etag }, 308: moved },
      problems: ['not_found'],
    }),
    update: defineRoute({
      ...one,
      method: 'patch',
      role: 'operator',
      summary: `Change fields of a local ${singular}; null removes one`,
      headers: ifMatch,
      body: input,
      answers: { 200: { description: 'The entity.', body: entity, headers: etag }, 308: moved },
      problems: ['not_found', 'being_exported', 'revision_outdated'],
    }),
    remove: defineRoute({
      ...one,
      method: 'delete',
      role: 'operator',
      summary: `Delete a local ${singular}`,
      headers: ifMatch,
      query: closedObject({
        cascade: cascade.meta({ description: 'true: delete what refers to it too.' }),
      }),
      answers: { 204: { description: 'It is gone.', body: null }, 308: moved },
      problems: ['not_found', 'being_exported', 'has_children', 'revision_outdated'],
    }),
  };
}

function production(kind: KindName, draft: LocalSchema) {
  const a = oneOf(kinds[kind]);
  const entity = productionEntity(kinds[kind]);
  const both = z.union([entity, draft]);
  const base = { ...none, kind, tag: 'Production entities' } as const;
  const id = z
    .string()
    .max(64)
    .meta({ description: kinds[kind].identity.join('-') });
  const one = { ...base, path: `/api/${kind}/{id}`, params: closedObject({ id }) } as const;
  return {
    list: defineRoute({
      ...base,
      method: 'get',
      path: `/api/${kind}`,
      role: 'viewer',
      summary: `${kind} that exist remotely, as last read or exported`,
      query: productionQuery(kinds[kind]),
      answers: { 200: { description: 'A page of them.', body: pageOf(both).extend({ freshness }) } },
    }),
    get: defineRoute({
      ...one,
      method: 'get',
      role: 'viewer',
      summary: `${a.charAt(0).toUpperCase()}${a.slice(1)} that exists remotely`,
      answers: { 200: { description: 'The entity.', body: entity, headers: etag } },
      problems: ['not_found'],
    }),
    history: defineRoute({
      ...one,
      method: 'get',
      path: `/api/${kind}/{id}/history`,
      role: 'viewer',
      summary: `Changes that imports and exports made to ${a}, the newest first; of one that is gone too`,
      query: closedObject(pageParameters),
      answers: { 200: { description: 'A page of changes.', body: pageOf(historyEntry) } },
      problems: ['not_found'],
    }),
    update: defineRoute({
      ...one,
      method: 'patch',
      role: 'operator',
      summary: `Edit ${a} that exists remotely: it shows at once, and is exported later`,
      headers: ifMatch,
      body: editInput(kinds[kind]),
      answers: { 200: { description: 'The entity.', body: entity, headers: etag } },
      problems: ['not_found', 'deletion_planned', 'revision_outdated'],
    }),
    remove: defineRoute({
      ...one,
      method: 'delete',
      role: 'operator',
      summary: `Plan that the next export deletes ${a} in Broadstreet; again is as good as once`,
      headers: ifMatch,
      query: closedObject({ cascade: cascade.meta({ description: 'true: delete what hangs on it too.' }) }),
      answers: { 202: { description: 'What is to be deleted.', body: deletionPlan, headers: etag } },
      problems: ['not_found', 'has_children', 'revision_outdated', 'cannot_be_removed'],
    }),
    keep: defineRoute({
      ...one,
      method: 'post',
      path: `/api/${kind}/{id}/keep`,
      role: 'operator',
      summary: `Keep ${a} that was to be deleted, with what was to be deleted with it`,
      answers: { 200: { description: 'The entity.', body: entity, headers: etag } },
      problems: ['not_found', 'deletion_planned', 'being_removed'],
    }),
  };
}

const all = kindNames.map((kind) => {
  const draft = localEntity(kinds[kind]);
  return { local: local(kind, draft), production: production(kind, draft) };
});

/** What reads and edits entities, the same routes for every kind. */
export const entityRoutes = {
  listLocal: all.map((routes) => routes.local.list),
  createLocal: all.map((routes) => routes.local.create),
  getLocal: all.map((routes) => routes.local.get),
  updateLocal: all.map((routes) => routes.local.update),
  removeLocal: all.map((routes) => routes.local.remove),
  listProduction: all.map((routes) => routes.production.list),
  getProduction: all.map((routes) => routes.production.get),
  listHistory: all.map((routes) => routes.production.history),
  updateProduction: all.map((routes) => routes.production.update),
  removeProduction: all.map((routes) => routes.production.remove),
  keepProduction: all.map((routes) => routes.production.keep),
  getIdMap: [
    defineRoute({
      ...none,
      method: 'get',
      path: '/api/id-map/{kind}/{_id}',
      role: 'viewer',
      summary: 'The remote id of what was local',
      tag: 'Production entities',
      params: closedObject({ kind: kindName, _id: localId }),
      answers: { 200: { description: 'What it became.', body: idMapEntry } },
      problems: ['not_found'],
    }),
  ],
};
