import type { ProductionEntity } from '@broadstreet-sync/contract';
import { type EntityKind, entityKey, parseEntityKey } from '@broadstreet-sync/domain';
import type { ProductionDocument, Store } from '@broadstreet-sync/store';
import { reply } from '../http/bind.ts';
import { notFound, ProblemError } from '../http/problem-error.ts';
import { isMatch, productionEtag } from './etag.ts';
import { productionView } from './local-view.ts';
import { readVerification, verifiedAt } from './verification.ts';

/** @throws ProblemError `not_found` */
export async function findProduction(
  store: Pick<Store, 'production'>,
  kind: EntityKind,
  id: string,
): Promise<ProductionDocument> {
  const key = parseEntityKey(kind, id);
  const document = key === null ? null : await store.production.get(kind.name, entityKey(kind, key));
  if (document !== null) return document;
  const named =
    key === null
      ? `It would be named by ${kind.identity.join('-')}.`
      : 'Import to see what was made in Broadstreet since; its history tells whether it was removed.';
  throw notFound(`There is no ${kind.singular} ${id} here. ${named}`);
}

interface EntityReply {
  readonly status: 200;
  readonly body: ProductionEntity;
  readonly headers: Readonly<Record<string, string>>;
}

/** An entity with when it was last verified. */
async function viewVerified(
  store: Pick<Store, 'scopes'>,
  kind: EntityKind,
  document: ProductionDocument,
): Promise<ProductionEntity> {
  return productionView(kind, document, verifiedAt(kind, document, await readVerification(store, kind, [document])));
}

export async function replyProduction(
  store: Pick<Store, 'scopes'>,
  kind: EntityKind,
  document: ProductionDocument,
): Promise<EntityReply> {
  return reply(200, await viewVerified(store, kind, document), { etag: productionEtag(document) });
}

/** @throws ProblemError `revision_outdated`, with the entity as it is */
export async function requireMatch(
  store: Pick<Store, 'scopes'>,
  kind: EntityKind,
  document: ProductionDocument,
  ifMatch: string | undefined,
): Promise<void> {
  if (isMatch(ifMatch, productionEtag(document))) return;
  throw new ProblemError({
    code: 'revision_outdated',
    detail: `The ${kind.singular} was changed since it was read: look at it again, then repeat the change on that.`,
    extra: { entity: await viewVerified(store, kind, document) },
    headers: { etag: productionEtag(document) },
  });
}
