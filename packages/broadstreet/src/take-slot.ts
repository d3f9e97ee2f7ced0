import type { Taken } from '@broadstreet-sync/budget';
import { codeOf } from './body.ts';
import { connections, heldBack } from './categories.ts';
import type { Fail, RequestName } from './failure.ts';
import { rateClassOf } from './rate-class.ts';
import type { BroadstreetSettings, CallContext } from './types.ts';

export interface SlotRequest extends RequestName {
  /** The caller has taken a slot itself. */
  readonly slotTaken?: boolean | undefined;
  /** It was counted as a repetition already. */
  readonly isCountedRetry?: boolean | undefined;
}

/**
 * Makes what waits for the budget, in ms waited.
 *
 * @throws RemoteError (`aborted`, `budget_unavailable`, and those of {@link heldBack}), all with nothing sent
 */
export function createTakeSlot(budget: BroadstreetSettings['budget'], fail: Fail) {
  async function take(request: SlotRequest, context: CallContext): Promise<Taken> {
    const { signal, priority } = context;
    const isRetry = context.isRetry === true && request.isCountedRetry !== true;
    try {
      return await budget.take({ rateClass: rateClassOf(request.path), priority, signal, isRetry });
    } catch (error) {
      if (signal?.aborted) throw fail(connections.abortedBefore, request);
      throw fail(connections.budgetUnavailable, request, { causeCode: codeOf(error) ?? 'unknown' });
    }
  }

  return async (request: SlotRequest, context: CallContext): Promise<number> => {
    if (context.signal?.aborted) throw fail(connections.abortedBefore, request);
    if (request.slotTaken) return 0;
    const taken = await take(request, context);
    if ('heldBack' in taken) {
      const { by, cause, retryInMs } = taken.heldBack;
      throw fail(heldBack[by], request, { detail: cause ?? undefined, retryAfterMs: retryInMs });
    }
    context.meter?.waited(taken.waitedMs);
    return taken.waitedMs;
  };
}
