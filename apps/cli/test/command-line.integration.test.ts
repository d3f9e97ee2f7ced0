import { afterEach, describe, expect, it } from 'vitest';
import { killCommands, runCommandLine } from './command.ts';

afterEach(killCommands);

describe('the command line', () => {
  it('answers an unknown command with the help and exit code 2', async () => {
    const command = runCommandLine(['nonsense']);

    expect(await command.ended).toBe(2);
    expect(command.output()).toMatch(/unknown command 'nonsense'[\s\S]*Usage:[\s\S]*start/);
  });

  it('shows its help with exit code 0', async () => {
    const command = runCommandLine(['--help']);

    expect(await command.ended).toBe(0);
    for (const name of ['start', 'test', 'check', 'api', 'worker', 'simulator', 'keys', 'web']) {
      expect(command.output()).toContain(`  ${name} `);
    }
  });

  it('names all wrong settings of a start at once, and starts nothing', async () => {
    const command = runCommandLine(['start'], { PORT: 'x', BROADSTREET_RATE: 'y' });

    expect(await command.ended).toBe(1);
    expect(command.output()).toMatch(/^2 settings need mending:\n {2}BROADSTREET_RATE .*\n {2}PORT .*\n$/);
  });
});

describe('sync simulator', () => {
  it('becomes the app: the signal ends it in order', async () => {
    const command = runCommandLine(['simulator'], { SIMULATOR_PORT: '0' });
    await command.prints('simulator listening on http://');

    command.signal('SIGTERM');

    expect(await command.ended).toBe(0);
  });
});

describe('sync web', () => {
  it('serves the dashboard as it is edited', async () => {
    const command = runCommandLine(['web']);

    await command.prints('Local:');
  });
});

describe('sync test', () => {
  it('ends with the numbers of what passed and failed', async () => {
    const command = runCommandLine(['test', 'packages/runtime/src/redact.test.ts']);

    expect(await command.ended).toBe(0);
    expect(command.output()).toBe('7 passed, 0 failed\n');
  });

  it('fails where no test fits', async () => {
    const command = runCommandLine(['test', 'no/such/file']);

    expect(await command.ended).toBe(1);
    expect(command.output().trimEnd().split('\n').at(-1)).toBe('0 passed, 1 failed');
  });
});
