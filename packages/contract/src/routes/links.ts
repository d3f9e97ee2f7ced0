import { type EntityKind, type KindName, kindNames, kinds } from '@broadstreet-sync/domain';
import { z } from 'zod';
import { closedObject } from '../closed-object.ts';
import { localId, productionEntity } from '../entities.ts';
import { pageOf } from '../pages.ts';
import { defineRoute, none } from '../route.ts';

const remoteId = z.union([z.int(), z.string()]);
const id = z.int().positive();

const matches = ['identity', 'name', 'field', 'similar'] as const;

const candidate = z
  .object({
    remote_id: remoteId,
    name: z.string().nullable(),
    match: z.enum(matches).meta({
      description:
        'By its parents; by its name; by another field that is unique; or by a name that differs in its number alone.',
    }),
    is_exact: z.boolean().meta({ description: 'All that the local one gives is equal.' }),
    fields: z.array(
      z.object({
        field: z.string(),
        local: z.unknown(),
        remote: z.unknown(),
        is_equal: z.boolean().nullable().meta({ description: 'Null where lists do not show it.' }),
      }),
    ),
    address: z.string(),
  })
  .meta({ id: 'Candidate' });
export type CandidateView = z.output<typeof candidate>;

const candidates = pageOf(candidate).extend({
  note: z.string().nullable().meta({ description: 'Why nothing can be found, where that is known.' }),
});

/** How a remote entity is named: by its id, or by the parents that it is. */
function remoteReference(kind: EntityKind): z.ZodType<number | string | Record<string, number>> {
  if (kind.identity.includes('id')) return id;
  const parents = closedObject(Object.fromEntries(kind.identity.map((field) => [field, id])));
  return z.union([z.string().max(64), parents], { error: `must be ${kind.identity.join('-')}, or these as an object` });
}

function links(kind: KindName) {
  const { singular } = kinds[kind];
  const base = { ...none, kind, tag: 'Local entities', params: closedObject({ _id: localId }) } as const;
  return {
    candidates: defineRoute({
      ...base,
      method: 'get',
      path: `/api/local/${kind}/{_id}/candidates`,
      role: 'viewer',
      summary: `Remote ${kind} that a local one could be, field by field`,
      answers: { 200: { description: 'The best of them, at most 20.', body: candidates } },
      problems: ['not_found', 'already_linked'],
    }),
    link: defineRoute({
      ...base,
      method: 'post',
      path: `/api/local/${kind}/{_id}/link`,
      role: 'operator',
      summary: `Take a remote ${singular} for a local one, instead of exporting it`,
      headers: z.object({
        'if-match': z.string().optional().meta({ description: 'An `ETag` of the local one: 412 when it is outdated.' }),
      }),
      body: closedObject({
        remote_id: remoteReference(kinds[kind]),
        keep_local: z.boolean().optional().meta({
          description: 'true: local values that differ become edits, not sent yet; else what is there wins.',
        }),
      }),
      answers: {
        200: {
          description: 'The production entity, which is the local one from now on.',
          body: productionEntity(kinds[kind]),
          headers: { etag: 'Changes with the entity.', location: 'Address of the production entity.' },
        },
      },
      problems: ['not_found', 'already_linked', 'being_exported', 'revision_outdated'],
    }),
  };
}

const all = kindNames.map(links);

/** What takes a remote entity for a local one, the same for every kind. */
export const linkRoutes = {
  listCandidates: all.map((routes) => routes.candidates),
  linkLocal: all.map((routes) => routes.link),
};
