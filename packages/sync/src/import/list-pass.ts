import type { CallContext } from '@broadstreet-sync/broadstreet';
import type { EntityKind } from '@broadstreet-sync/domain';
import type { RunDocument, TaskDocument } from '@broadstreet-sync/store';
import type { SyncContext } from '../context.ts';
import type { ListChoice } from './lists.ts';

/** One list task at work. */
export interface ListPass {
  readonly context: SyncContext;
  readonly run: RunDocument;
  /** Of the rows. */
  readonly kind: EntityKind;
  readonly task: TaskDocument;
  /** The list of the kind that is read. */
  readonly list: ListChoice;
  readonly call: CallContext;
}
