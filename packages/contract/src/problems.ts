import { z } from 'zod';

/** Every code that an error answer may carry, with the status it comes with. A code keeps its meaning for good. */
export const problems = {
  malformed_json: { status: 400, title: 'The body is not JSON' },
  malformed_request: { status: 400, title: 'The request cannot be read' },
  key_required: { status: 401, title: 'A key is needed' },
  key_refused: { status: 401, title: 'The key is not known here' },
  role_too_low: { status: 403, title: 'The key does not allow it' },
  foreign_host: { status: 403, title: 'The request is for another host' },
  foreign_origin: { status: 403, title: 'The request comes from another site' },
  not_found: { status: 404, title: 'There is no such thing' },
  unknown_route: { status: 404, title: 'There is no such route' },
  method_not_allowed: { status: 405, title: 'The route has no such method' },
  being_exported: { status: 409, title: 'It is being exported' },
  being_removed: { status: 409, title: 'It is being removed from the account' },
  change_set_forgotten: { status: 409, title: 'What was not published is not kept any more' },
  deletion_planned: { status: 409, title: 'It is to be deleted' },
  has_children: { status: 409, title: 'Others refer to it' },
  already_linked: { status: 409, title: 'It has become another' },
  hold_replaced: { status: 409, title: 'A later import has read that list' },
  key_name_taken: { status: 409, title: 'Another key has the name' },
  token_fixed: { status: 409, title: 'The access token is not set here' },
  last_admin_key: { status: 409, title: 'It is the last key of an admin' },
  nothing_held: { status: 409, title: 'The run holds nothing' },
  nothing_to_publish: { status: 409, title: 'The run has nothing to be published' },
  nothing_to_undo: { status: 409, title: 'Nothing of the run can be undone' },
  nothing_to_retry: { status: 409, title: 'Nothing of the run failed' },
  plan_outdated: { status: 409, title: 'The account is not as it was planned for' },
  other_account: { status: 409, title: 'The store belongs to another account' },
  other_queue_prefix: { status: 409, title: 'The queues of the store have another prefix' },
  idempotency_key_reused: { status: 409, title: 'The key belongs to another request' },
  production_moved_on: { status: 409, title: 'Production has changed since' },
  schedule_ended: { status: 409, title: 'The schedule has ended' },
  run_ended: { status: 409, title: 'The run has ended' },
  run_in_progress: { status: 409, title: 'A run of this operation is under way' },
  run_not_ended: { status: 409, title: 'The run has not ended' },
  run_publishing: { status: 409, title: 'The run is publishing' },
  revision_outdated: { status: 412, title: 'It was changed in the meantime' },
  body_too_large: { status: 413, title: 'The body is too large' },
  unsupported_media_type: { status: 415, title: 'The body is of another type than JSON' },
  cannot_be_removed: { status: 422, title: 'The Broadstreet API cannot delete it' },
  invalid_input: { status: 422, title: 'The input cannot be used' },
  too_many_requests: { status: 429, title: 'Too many requests' },
  internal: { status: 500, title: 'Something went wrong here' },
  token_not_checked: { status: 503, title: 'Broadstreet does not say whether the token is good' },
  store_away: { status: 503, title: 'The database does not answer' },
  store_full: { status: 503, title: 'The database takes no writes' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ProblemCode = keyof typeof problems;

/** What any route may answer that asks for a key. */
const keyProblems = ['key_required', 'key_refused', 'role_too_low'] as const satisfies readonly ProblemCode[];

/** What any route may answer that changes something: such requests may have a body. */
const bodyProblems = [
  'malformed_json',
  'body_too_large',
  'unsupported_media_type',
] as const satisfies readonly ProblemCode[];

/** What any route may answer, whatever it does. */
const commonProblems = [
  'malformed_request',
  'foreign_host',
  'foreign_origin',
  'invalid_input',
  'internal',
  'store_away',
  'store_full',
] as const satisfies readonly ProblemCode[];

interface Refusing {
  readonly method: string;
  readonly role: string;
  readonly problems: readonly ProblemCode[];
}

/** Every code that a route may answer with. */
export function problemsOf({ method, role, problems: own }: Refusing): ProblemCode[] {
  const ofKeys = role === 'anyone' ? [] : keyProblems;
  const ofBody = method === 'get' ? [] : bodyProblems;
  return [...new Set([...commonProblems, ...ofKeys, ...ofBody, ...own])];
}

export const inputFault = z.object({
  path: z.string().meta({ description: 'Field or parameter, with dots between levels.' }),
  message: z.string(),
});
export type InputFault = z.output<typeof inputFault>;

/** The body of an error answer (RFC 9457), `application/problem+json`. */
export const problem = z
  .looseObject({
    type: z.string().meta({ description: 'A URN that ends in the code.' }),
    title: z.string(),
    status: z.int(),
    code: z.string().meta({ description: 'A stable word for programs.' }),
    detail: z.string().meta({ description: 'What happened, and what to do about it.' }),
    errors: z.array(inputFault).optional().meta({ description: 'What is wrong with the input, field by field.' }),
  })
  .meta({ id: 'Problem' });
export type Problem = z.output<typeof problem>;
