import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const firstStep = {
  plain: `() => console.log('first')`,
  failing: `() => Promise.reject(new Error('no'))`,
  slow: '() => new Promise((resolve) => setTimeout(resolve, 100))',
  hanging: '() => new Promise(() => {})',
};

/** A process that stops in two steps and prints their names. */
function spawnProcess(
  first: keyof typeof firstStep,
  { graceMs = 60_000, stdio = 'ignore' as 'ipc' | 'ignore' } = {},
): ChildProcess {
  const code = `
    import { createLogger, onShutdown } from ${JSON.stringify(join(import.meta.dirname, 'index.ts'))};
    const steps = [{ name: 'first', run: ${firstStep[first]} }, { name: 'second', run: () => console.log('second') }];
    onShutdown(createLogger({ name: 't' }), steps, { graceMs: ${graceMs} });
    setInterval(() => {}, 1000);
    console.log('up');`;
  return spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'inherit', stdio] });
}

async function linesUntil(child: ChildProcess, wanted: string): Promise<string> {
  let text = '';
  for await (const chunk of child.stdout?.iterator({ destroyOnReturn: false }) ?? []) {
    text += String(chunk);
    if (text.includes(wanted)) break;
  }
  return text;
}

describe('onShutdown', () => {
  it('runs the steps in their order on SIGTERM and exits with 0', async () => {
    const child = spawnProcess('plain');
    await linesUntil(child, 'up');

    child.kill('SIGTERM');

    expect(await linesUntil(child, '"stopped"')).toMatch(/first[\s\S]*second/);
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  it('takes a signal that comes twice at once, as npm relays it, for one', async () => {
    const child = spawnProcess('slow');
    await linesUntil(child, 'up');

    child.kill('SIGINT');
    child.kill('SIGINT');

    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  it('runs the later steps when one fails, and exits with 1', async () => {
    const child = spawnProcess('failing');
    await linesUntil(child, 'up');

    child.kill('SIGINT');

    expect(await linesUntil(child, '"stopped"')).toContain('second');
    expect(await once(child, 'exit')).toEqual([1, null]);
  });

  it('exits with 1 on a second signal', async () => {
    const child = spawnProcess('hanging');
    await linesUntil(child, 'up');
    child.kill('SIGTERM');
    await linesUntil(child, 'stopping');

    const again = setInterval(() => child.kill('SIGTERM'), 100);

    expect(await once(child, 'exit')).toEqual([1, null]);
    clearInterval(again);
  });

  it('exits with 1 when a step takes longer than the grace', async () => {
    const child = spawnProcess('hanging', { graceMs: 50 });
    await linesUntil(child, 'up');

    child.kill('SIGTERM');

    expect(await linesUntil(child, 'in time')).not.toContain('second');
    expect(await once(child, 'exit')).toEqual([1, null]);
  });

  it('stops when the parent at the other end of its channel is gone', async () => {
    const [early, late] = [spawnProcess('plain', { stdio: 'ipc' }), spawnProcess('plain', { stdio: 'ipc' })];

    early.disconnect();
    expect(await once(early, 'exit')).toEqual([0, null]);

    await linesUntil(late, 'up');
    late.disconnect();
    expect(await once(late, 'exit')).toEqual([0, null]);
  });
});
