import { api, cursorAt, type LocalEntity, type ProductionEntity, type Scope } from '@broadstreet-sync/contract';
import { type EntityFields, type EntityReference, type KindName, localIdPattern } from '@broadstreet-sync/domain';
import { keepPreviousData, useMutation, useQueries, useQuery, useQueryClient } from '@tanstack/react-query';
import { ask, askBody, ofKind, only, type Reply } from '../api/call.ts';
import { keys } from './keys.ts';

export type Entity = ProductionEntity | LocalEntity;
/** With the tag by which a change says what it was made from. */
export type TaggedEntity = Reply<Entity>;

export const pageSize = 50;

export interface EntityPageQuery {
  readonly scope: Scope;
  readonly q?: string | undefined;
  readonly sort?: string | undefined;
  /** From 1. */
  readonly page?: number | undefined;
  readonly limit?: number | undefined;
  /** Values by field. */
  readonly filters?: Readonly<Record<string, string | undefined>>;
}

/** The query of a list's route. */
export function listQuery({ scope, q, sort, page = 1, limit = pageSize, filters = {} }: EntityPageQuery) {
  const cursor = page > 1 ? cursorAt((page - 1) * limit) : undefined;
  return { scope, q, sort, limit: String(limit), cursor, ...filters };
}

function readPage(kind: KindName, query: EntityPageQuery, signal: AbortSignal) {
  return askBody(ofKind(api.listProduction, kind), { query: listQuery(query), signal });
}

/** A page of a kind's entities. */
export function useEntityPage(kind: KindName, query: EntityPageQuery, isWanted = true) {
  return useQuery({
    queryKey: keys.entityPage(kind, query),
    queryFn: ({ signal }) => readPage(kind, query, signal),
    placeholderData: keepPreviousData,
    enabled: isWanted,
  });
}

interface AskedPage {
  readonly kind: KindName;
  readonly query: EntityPageQuery;
}

/** A page of each of several kinds. */
export function useEntityPages(asked: readonly AskedPage[]) {
  return useQueries({
    queries: asked.map(({ kind, query }) => ({
      queryKey: keys.entityPage(kind, query),
      queryFn: ({ signal }: { signal: AbortSignal }) => readPage(kind, query, signal),
    })),
    combine: (results) => ({
      pages: new Map(asked.map(({ kind }, at) => [kind, results[at]?.data] as const)),
      isPending: results.some(({ isPending }) => isPending),
      error: results.find(({ error }) => error !== null)?.error ?? null,
    }),
  });
}

async function readEntity(kind: KindName, key: string, signal: AbortSignal): Promise<TaggedEntity> {
  if (!localIdPattern.test(key)) return ask(ofKind(api.getProduction, kind), { params: { id: key }, signal });
  const route = ofKind(api.getLocal, kind);
  // What has been exported since answers with its new address, which browsers follow by themselves.
  const production = ofKind(api.getProduction, kind).answers[200].body;
  const answers = { 200: { ...route.answers[200], body: route.answers[200].body.or(production) } };
  return ask({ ...route, answers }, { params: { _id: key }, signal });
}

/** One entity, remote or local; under the `_id` of what was local before, what it became. */
export function useEntity(kind: KindName, key: string) {
  return useQuery({ queryKey: keys.entity(kind, key), queryFn: ({ signal }) => readEntity(kind, key, signal) });
}

/** An entity by its kind and what names it. */
export interface Reference {
  readonly kind: KindName;
  readonly id: EntityReference;
}

export function referenceText({ kind, id }: Reference): string {
  return `${kind}:${id}`;
}

const mostNames = 300;

async function readNames(refs: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, string | null>> {
  const parts = Array.from({ length: Math.ceil(refs.length / mostNames) }, (_, at) =>
    refs.slice(at * mostNames, (at + 1) * mostNames).join(','),
  );
  const answers = await Promise.all(
    parts.map((part) => askBody(only(api.getNames), { query: { refs: part }, signal })),
  );
  const found = answers.flatMap(({ items }) => items.map((item) => [referenceText(item), item.name ?? ''] as const));
  return new Map([...refs.map((ref) => [ref, null] as const), ...found]);
}

const namesFreshMs = 60_000;

/** Names by {@link referenceText}, null for what does not exist; empty until they are there. */
export function useNames(references: readonly Reference[]): ReadonlyMap<string, string | null> {
  const refs = [...new Set(references.map(referenceText))].sort();
  const { data } = useQuery({
    queryKey: keys.names(refs.join(',')),
    queryFn: ({ signal }) => readNames(refs, signal),
    enabled: refs.length > 0,
    staleTime: namesFreshMs,
    placeholderData: keepPreviousData,
  });
  return data ?? new Map();
}

/** Makes everything that shows entities look again. */
export function useRefreshEntities(): () => Promise<void> {
  const client = useQueryClient();
  return async () => {
    await Promise.all([
      client.invalidateQueries({ queryKey: keys.entities }),
      client.invalidateQueries({ queryKey: keys.allOverviews }),
      client.invalidateQueries({ queryKey: ['names'] }),
    ]);
  };
}

export function useCreateLocal(kind: KindName) {
  const refresh = useRefreshEntities();
  return useMutation({
    mutationFn: (fields: EntityFields) => askBody(ofKind(api.createLocal, kind), { body: fields }),
    onSuccess: refresh,
  });
}

export interface EntityChange {
  readonly key: string;
  readonly etag: string | undefined;
  readonly patch: EntityFields;
}

/** Changes an entity: a local one at once, a remote one as an edit that the next export sends. */
export function useChangeEntity(kind: KindName) {
  const refresh = useRefreshEntities();
  return useMutation({
    mutationFn: async ({ key, etag, patch }: EntityChange): Promise<Entity> => {
      const asked = { body: patch, ifMatch: etag };
      if (!localIdPattern.test(key)) {
        return askBody(ofKind(api.updateProduction, kind), { ...asked, params: { id: key } });
      }
      return askBody(ofKind(api.updateLocal, kind), { ...asked, params: { _id: key } });
    },
    onSuccess: refresh,
  });
}

export interface LocalDeletion {
  readonly kind: KindName;
  readonly key: string;
}

/** Deletes local entities, with what hangs on them. */
export function useDeleteLocals() {
  const refresh = useRefreshEntities();
  return useMutation({
    mutationFn: async (deletions: readonly LocalDeletion[]) => {
      for (const { kind, key } of deletions) {
        await askBody(ofKind(api.removeLocal, kind), { params: { _id: key }, query: { cascade: 'true' } });
      }
    },
    onSettled: refresh,
  });
}

/** Plans that the next export deletes an entity in Broadstreet. */
export function useDeleteRemote(kind: KindName) {
  const refresh = useRefreshEntities();
  return useMutation({
    mutationFn: (key: string) =>
      askBody(ofKind(api.removeProduction, kind), { params: { id: key }, query: { cascade: 'true' } }),
    onSuccess: refresh,
  });
}

/** Takes a planned deletion back. */
export function useKeepRemote(kind: KindName) {
  const refresh = useRefreshEntities();
  return useMutation({
    mutationFn: (key: string) => askBody(ofKind(api.keepProduction, kind), { params: { id: key } }),
    onSuccess: refresh,
  });
}
