import type { IntentDocument } from '@broadstreet-sync/store';
import type { SyncContext } from '../context.ts';
import type { CreatePass } from './create-entity.ts';

/**
 * Keeps what a sender knows that was overtaken: the API has made this for it, while another may have made the same. An id
 * that was adopted meanwhile is no stray.
 */
export async function noteStray(
  context: SyncContext,
  { kind, run }: CreatePass,
  intent: IntentDocument,
  key: string,
): Promise<void> {
  context.reach('before_stray');
  const now = await context.store.intents.get(intent._id);
  // Two rows of a kind without an id have one key: only the parent's list tells them apart.
  if (now?.remote_id === key && kind.identity.includes('id')) return;
  await context.store.strays.note(intent._id, { key, name: intent.sent_name, run_id: run._id, is_certain: true });
  context.reach('after_stray');
  const about = { kind: kind.name, local: intent._id, remote: key };
  context.log.warn(about, 'created what another process may have created too');
}
