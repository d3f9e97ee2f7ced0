import type { TaskErrorView } from '@broadstreet-sync/contract';
import { expect, it } from 'vitest';
import { groupErrors } from './error-groups.ts';

function error(message: string, changes: Partial<TaskErrorView> = {}): TaskErrorView {
  return {
    kind: 'zones',
    action: 'create',
    subject: message,
    title: 'create zone',
    state: 'failed',
    category: 'validation',
    code: 'refused',
    message,
    remedy: null,
    blocked_by: null,
    at: null,
    ...changes,
  };
}

it('errors that differ in names and numbers alone are one group, the biggest first', () => {
  const groups = groupErrors([
    error('No connection', { category: 'network' }),
    error('"Top" is taken by 12'),
    error('"Side" is taken by 3'),
    error('its campaign failed', { state: 'blocked', category: null, blocked_by: 'campaign 1' }),
    error('its zone failed', { state: 'blocked', category: null, blocked_by: 'zone 1' }),
    error('its ad failed', { state: 'blocked', category: null, blocked_by: 'advertisement 1' }),
    error('Creating networks needs a confirmation', { state: 'blocked', code: 'confirmation_needed' }),
  ]);

  expect(groups.map(({ category, errors }) => [category, errors.length])).toEqual([
    ['validation', 2],
    ['network', 1],
    ['validation', 1],
    // What only waited for others.
    ['dependency', 3],
  ]);
});
