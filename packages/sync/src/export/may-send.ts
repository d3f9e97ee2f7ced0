import { type EntityKind, type ErrorRecord, kinds, rootOf } from '@broadstreet-sync/domain';
import type { IntentDocument, RunDocument } from '@broadstreet-sync/store';
import type { SyncContext } from '../context.ts';

/** Why a run may not create entities of a kind: nobody has confirmed to it what the API can never delete. */
export function unconfirmed(run: Pick<RunDocument, 'confirm'>, kind: EntityKind): ErrorRecord | null {
  if (kind.confirmCreate !== true || run.confirm.includes(kind.name)) return null;
  return {
    category: 'validation',
    code: 'confirmation_needed',
    message: `Creating ${kind.name} needs a confirmation: the API can never delete them.`,
    remedy: `Export with "confirm": ["${kind.name}"].`,
  };
}

/** Why nothing of an intent may be asked or sent: it lies in a network that the settings leave out. */
export function offLimits({ limits }: SyncContext, { kind, ancestors }: IntentDocument): ErrorRecord | null {
  const root = rootOf(kinds[kind], ancestors);
  return limits.networks === null || root === null || limits.networks.includes(root) ? null : notAllowed(root);
}

/** The error of what lies in a network that the settings leave out. */
export function notAllowed(network: unknown): ErrorRecord {
  return {
    category: 'validation',
    code: 'network_not_allowed',
    message: `Network ${String(network)} is not among those to sync.`,
    remedy: 'Add it to BROADSTREET_NETWORKS.',
  };
}
