import { type ServerResponse, STATUS_CODES } from 'node:http';
import { type Answer, json } from '../answers.ts';
import { applyEdit } from '../edits.ts';
import type { Random } from '../random.ts';
import { retryAfterHeader } from '../rate-limit.ts';
import { send } from '../send.ts';
import type { State } from '../state.ts';
import { closed, sendPart, sendSlowly } from './deliver.ts';
import type { Fault, FaultOf } from './fault.ts';
import { underKey, withBrokenRows, withoutRows } from './transform.ts';

/** One request that a fault happens to. */
export interface Exchange {
  res: ServerResponse;
  state: State;
  random: Random;
  /** Carries the request out, once: a write is committed by it. */
  carryOut: () => Answer;
  /** Calls back after a time, unless the simulator stops before. */
  later: (delayMs: number, callback: () => void) => void;
}

const page = `<!DOCTYPE html>
<html><head><title>We'll be right back</title></head><body><h1>Please stand by</h1></body></html>
`;

/** Lets a fault happen; true where the client got a whole answer. Ends when nothing more will be sent. */
export async function applyFault(fault: Fault, exchange: Exchange): Promise<boolean> {
  const { res, state, random, carryOut } = exchange;
  switch (fault.type) {
    case 'commit_then_reset':
      carryOut();
      return breakOff(res, 'reset');
    case 'reset_before_commit':
      return breakOff(res, 'reset');
    case 'commit_late':
      return commitLate(fault, exchange);
    case 'drop':
      if (fault.commit) carryOut();
      return breakOff(res, 'close');
    case 'hang':
      if (fault.commit) carryOut();
      await closed(res);
      return false;
    case 'slow':
      await sendSlowly(res, carryOut(), fault.bytes_per_second);
      return true;
    case 'truncated':
      sendPart(res, answerOf(fault.commit, exchange), fault);
      return false;
    default:
      await send(res, otherAnswer(fault, exchange));
      if (fault.type === 'edit') for (const edit of fault.edits) applyEdit(state, edit);
      return true;
  }

  function otherAnswer(fault: Exclude<Fault, FaultOf<Interrupting>>, exchange: Exchange): Answer {
    switch (fault.type) {
      case 'status':
        if (fault.commit) carryOut();
        return statusAnswer(fault);
      case 'html': {
        if (fault.commit) carryOut();
        const body = { type: 'text', contentType: 'text/html; charset=utf-8', text: page } as const;
        return { status: fault.status, headers: {}, body, written: null };
      }
      case 'empty':
        return { ...answerOf(fault.commit, exchange), body: { type: 'none' } };
      case 'empty_object':
        return { ...answerOf(fault.commit, exchange), body: { type: 'json', value: {} } };
      case 'wrong_envelope':
        return underKey(answerOf(fault.commit, exchange), fault.key);
      case 'broken_row':
        return withBrokenRows(carryOut(), fault);
      case 'lose_rows':
        return withoutRows(carryOut(), fault.percent, random);
      case 'edit':
        return carryOut();
    }
  }
}

/** Faults after which no whole answer is sent, or not at a client's pace. */
type Interrupting =
  | 'commit_then_reset'
  | 'reset_before_commit'
  | 'commit_late'
  | 'drop'
  | 'hang'
  | 'slow'
  | 'truncated';

/** What the request comes to; an answer of success made up, where nothing is to be committed. */
function answerOf(isCommitted: boolean, { carryOut }: Exchange): Answer {
  return isCommitted ? carryOut() : json(200, {});
}

function statusAnswer(fault: FaultOf<'status'>): Answer {
  const { status, errors, body, retry_after, retry_after_ms } = fault;
  const value = body ?? (errors ? { errors } : { message: STATUS_CODES[status] ?? 'Unknown' });
  return { ...json(status, value), headers: retryAfterHeader(retry_after, retry_after_ms, Date.now()) };
}

async function breakOff(res: ServerResponse, how: 'reset' | 'close'): Promise<boolean> {
  if (how === 'reset') res.socket?.resetAndDestroy();
  else res.socket?.destroy();
  await closed(res);
  return false;
}

async function commitLate(fault: FaultOf<'commit_late'>, { res, random, carryOut, later }: Exchange): Promise<boolean> {
  const { after_ms, until_ms = after_ms, connection } = fault;
  const delayMs = after_ms + random.next() * Math.max(0, until_ms - after_ms);
  if (connection === 'hang') await closed(res);
  else await breakOff(res, 'reset');
  later(delayMs, carryOut);
  return false;
}
