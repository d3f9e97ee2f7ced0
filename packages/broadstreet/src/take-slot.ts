import { codeOf } from './body.ts';
import { connections } from './categories.ts';
import type { Fail, RequestName } from './failure.ts';
import type { BroadstreetSettings, CallContext } from './types.ts';

export interface SlotRequest extends RequestName {
  /** The caller has taken a slot itself. */
  readonly slotTaken?: boolean | undefined;
}

/**
 * Makes what waits for the budget, in ms waited.
 *
 * @throws RemoteError (`aborted`, `budget_unavailable`), both with nothing sent
 */
export function createTakeSlot(budget: BroadstreetSettings['budget'], fail: Fail) {
  return async (request: SlotRequest, { signal, priority, meter }: CallContext): Promise<number> => {
    if (signal?.aborted) throw fail(connections.abortedBefore, request);
    if (request.slotTaken) return 0;
    try {
      const waitedMs = await budget.take({ priority, signal });
      meter?.waited(waitedMs);
      return waitedMs;
    } catch (error) {
      if (signal?.aborted) throw fail(connections.abortedBefore, request);
      throw fail(connections.budgetUnavailable, request, { causeCode: codeOf(error) ?? 'unknown' });
    }
  };
}
