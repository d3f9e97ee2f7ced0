import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { allSettings } from '@broadstreet-sync/runtime';
import { expect, it } from 'vitest';
import { simulatorSettings } from './settings.ts';

const read = (path: string) => readFileSync(join(import.meta.dirname, '../../..', path), 'utf8');
const file = read('.env.example');
// The simulator has the level of its log in common with the others, where it stands.
const { LOG_LEVEL: _, ...ofSimulator } = simulatorSettings.shape;
const settings = Object.entries({ ...allSettings.shape, ...ofSimulator });

it('.env.example has every setting, in the order of the schemas, with its description above', () => {
  const written = [...file.matchAll(/^# (.*)\n#([A-Z_]+)=/gm)].map(([, description, name]) => ({ name, description }));

  expect(written).toEqual(settings.map(([name, schema]) => ({ name, description: schema.description })));
});

it('.env.example shows the defaults', () => {
  const written = new Map([...file.matchAll(/^#([A-Z_]+)=(.+)$/gm)].map(([, name, value]) => [name, value]));
  // The user's data folder differs from machine to machine.
  const withDefault = settings
    .filter(([name]) => name !== 'DATA_DIR')
    .flatMap(([name, schema]) => {
      const value = schema.safeParse(undefined).data;
      return value === undefined ? [] : [[name, String(value)] as const];
    });

  expect(written).toEqual(new Map(withDefault));
});

it('docker/compose.yaml passes every setting on but those that it decides itself', () => {
  const decided = ['MONGODB_URI', 'REDIS_URL', 'QUEUE_PREFIX', 'HOST', 'DASHBOARD_DIR', 'DATA_DIR'];
  const decidedOfSimulator = ['SIMULATOR_HOST', 'SIMULATOR_DATA_DIR'];
  const passed = [...read('docker/compose.yaml').matchAll(/^ +([A-Z_]+): \$\{\1:-/gm)].map(([, name]) => name);
  const wanted = settings.map(([name]) => name).filter((name) => ![...decided, ...decidedOfSimulator].includes(name));

  expect([...new Set(passed)].sort()).toEqual(wanted.sort());
});
