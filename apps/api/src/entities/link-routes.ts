import { api, pathOf } from '@broadstreet-sync/contract';
import {
  type EntityFields,
  type EntityKind,
  entityKey,
  kinds,
  ownFields,
  parentField,
  parseEntityKey,
} from '@broadstreet-sync/domain';
import type { LinkOutcome, LocalDocument, Store } from '@broadstreet-sync/store';
import { type Binding, bindKinds, reply } from '../http/bind.ts';
import { invalidInput, notFound, ProblemError } from '../http/problem-error.ts';
import { findCandidates } from './candidates.ts';
import { isMatch, localEtag, productionEtag } from './etag.ts';
import { localView, productionView } from './local-view.ts';

type LinkStore = Pick<Store, 'locals' | 'lineages' | 'production' | 'link'>;

/** Proposals of what a local entity could be there, and the link to one: the same routes for every kind. */
export function bindLinkRoutes(store: LinkStore): Binding[] {
  return [
    ...bindKinds(api.listCandidates, (kind) => async ({ params }) => {
      const draft = await store.locals.get(kind.name, params._id);
      if (draft === null) throw await gone(store, kind, params._id);
      return reply(200, { ...(await findCandidates(store, kind, draft)), next: null });
    }),
    ...bindKinds(api.linkLocal, (kind) => async ({ params, body, headers }) => {
      const key = keyOf(kind, body.remote_id);
      const draft = await store.locals.get(kind.name, params._id);
      const keepLocal = body.keep_local ?? false;
      if (keepLocal && kind.update === null) throw cannotKeep(kind);
      if (draft !== null && !isMatch(headers['if-match'], localEtag(draft))) throw outdated(kind, draft);
      // Who has seen a certain state has decided about that one.
      const isBound = draft !== null && headers['if-match'] !== undefined && headers['if-match'].trim() !== '*';
      const expected = isBound ? { expected: ownFields(kind, draft) } : {};
      const linking = { kind, localId: params._id, key, runId: null, keepLocal, ...expected };
      const linked = await store.link(linking);
      if (linked.outcome !== 'linked') throw await refusal(store, kind, params._id, key, linked);
      const { entity } = linked;
      return reply(200, productionView(kind, entity), { location: addressOf(kind, key), etag: productionEtag(entity) });
    }),
  ];
}

function addressOf(kind: EntityKind, key: string): string {
  return pathOf({ path: `/api/${kind.name}/{id}` }, { id: key });
}

/** @throws ProblemError `invalid_input` where it is not one of this kind */
function keyOf(kind: EntityKind, remote: number | string | EntityFields): string {
  if (typeof remote === 'object') return entityKey(kind, remote);
  const identity = parseEntityKey(kind, String(remote));
  if (identity !== null) return entityKey(kind, identity);
  throw invalidInput([{ path: 'remote_id', message: `must be ${kind.identity.join('-')}` }]);
}

function cannotKeep(kind: EntityKind): ProblemError {
  const message = `cannot be true: Broadstreet has no way to update ${kind.name}, so what is there stays`;
  return invalidInput([{ path: 'keep_local', message }]);
}

function outdated(kind: EntityKind, draft: LocalDocument): ProblemError {
  return new ProblemError({
    code: 'revision_outdated',
    detail: `The local ${kind.singular} was changed since it was read: look at it again, then link it.`,
    extra: { entity: localView(kind, draft) },
    headers: { etag: localEtag(draft) },
  });
}

/** What is not local: it never was, or it has become a remote one. */
async function gone({ locals }: Pick<LinkStore, 'locals'>, kind: EntityKind, id: string): Promise<ProblemError> {
  const entry = (await locals.mapped(kind.name, [id])).get(id);
  if (entry === undefined) return notFound(`There is no local ${kind.singular} ${id}.`);
  const address = addressOf(kind, entry.remote_id);
  const detail = `The ${kind.singular} ${id} is not local any more: it is the one at ${address}.`;
  return new ProblemError({ code: 'already_linked', detail, extra: { location: address } });
}

async function refusal(
  store: LinkStore,
  kind: EntityKind,
  id: string,
  key: string,
  linked: Exclude<LinkOutcome, { outcome: 'linked' }>,
): Promise<ProblemError> {
  const { singular } = kind;
  switch (linked.outcome) {
    case 'not_local':
      return gone(store, kind, id);
    case 'edited':
      return outdated(kind, linked.draft);
    case 'not_remote':
      return notFound(
        `There is no ${singular} ${key} in production. Import ${kind.name} if it is new there; an id of another kind is none of this one.`,
      );
    case 'being_removed': {
      const detail = `The ${singular} ${key} is to be deleted in Broadstreet: keep it (POST …/keep), or export the local one.`;
      return new ProblemError({ code: 'deletion_planned', detail });
    }
    case 'taken': {
      const detail = `The ${singular} ${key} is what the local ${linked.localId} has become: it cannot be another's too.`;
      return new ProblemError({ code: 'already_linked', detail, extra: { local_id: linked.localId } });
    }
    case 'other_parent':
      return otherParent(kind, key, linked);
    case 'being_exported':
      return beingExported(kind, id, key, linked.localId);
  }
}

function otherParent(
  kind: EntityKind,
  key: string,
  { field, wanted, found }: Extract<LinkOutcome, { outcome: 'other_parent' }>,
): ProblemError {
  const parent = kind.parents.find((name) => parentField(name) === field);
  const title = parent === undefined ? field : kinds[parent].singular;
  const here = typeof wanted === 'string' ? `the local ${wanted}, which does not exist there` : String(wanted);
  const message = `${key} hangs on the ${title} ${String(found)}, and the local one on ${here}`;
  return invalidInput([{ path: 'remote_id', message }]);
}

function beingExported(kind: EntityKind, id: string, key: string, maker: string): ProblemError {
  const detail =
    maker === id
      ? `The ${kind.singular} ${id} has been sent to Broadstreet: what became of it is known after the export.`
      : `An export has sent the ${kind.singular} ${maker}, and ${key} may be what it made: link it after the export.`;
  return new ProblemError({ code: 'being_exported', detail });
}
