import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import type { z } from 'zod';
import { secretSettings } from './all-settings.ts';

/** One setting that cannot be used: its name, and what to do about it. */
export interface SettingFault {
  name: string;
  message: string;
}

/** All faults of the settings at once; never holds the value of a secret. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
  readonly code = 'settings';
  readonly faults: readonly SettingFault[];

  constructor(faults: readonly SettingFault[]) {
    const lines = faults.map(({ name, message }) => `  ${name} ${message}`);
    super(
      `${faults.length === 1 ? 'A setting needs' : `${faults.length} settings need`} mending:\n${lines.join('\n')}`,
    );
    this.faults = faults;
  }
}

/**
 * The process's environment over the `.env` file of a folder. A variable that is set but empty hides the file's
 * line, so `BROADSTREET_ACCESS_TOKEN= npm start` is the demo whatever `.env` says.
 */
export function environment(folder = process.cwd()): NodeJS.ProcessEnv {
  const file = join(folder, '.env');
  return existsSync(file) ? { ...parseEnv(readFileSync(file, 'utf8')), ...process.env } : process.env;
}

/**
 * Reads the settings that `schema` names (usually `allSettings.pick({ … })`) from `env`, by default the process's
 * environment and `.env`. Empty strings count as unset; a secret may come from the file that `NAME_FILE` names.
 * Throws a `SettingsError` that names every fault.
 */
export function readSettings<S extends z.ZodObject>(schema: S, env: NodeJS.ProcessEnv = environment()): z.output<S> {
  const names = Object.keys(schema.shape);
  const faults: SettingFault[] = [];
  const given: Record<string, string> = {};
  for (const name of names) {
    const value = env[name]?.trim()
      ? env[name]
      : secretSettings.includes(name)
        ? readSecretFile(name, env, faults)
        : '';
    if (value) given[name] = value;
  }
  faults.push(...doublyGiven(names, env));

  const parsed = schema.safeParse(given);
  if (!parsed.success) faults.push(...parsed.error.issues.map((issue) => describeIssue(issue, given)));
  if (parsed.success && faults.length === 0) return parsed.data;
  throw new SettingsError(firstOfEach(faults));
}

function readSecretFile(name: string, env: NodeJS.ProcessEnv, faults: SettingFault[]): string {
  const path = env[`${name}_FILE`];
  if (!path) return '';
  try {
    const content = readFileSync(path, 'utf8').trim();
    if (!content) faults.push({ name: `${name}_FILE`, message: `names ${path}, which is empty: put the value there` });
    return content;
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
    faults.push({ name: `${name}_FILE`, message: `names ${path}, which cannot be read (${reason}): mend the path` });
    return '';
  }
}

function doublyGiven(names: string[], env: NodeJS.ProcessEnv): SettingFault[] {
  return names
    .filter((name) => secretSettings.includes(name) && env[name]?.trim() && env[`${name}_FILE`])
    .map((name) => ({ name, message: `is set, and so is ${name}_FILE: keep one of the two` }));
}

function describeIssue(issue: z.core.$ZodIssue, given: Record<string, string>): SettingFault {
  const name = String(issue.path[0] ?? 'settings');
  const value = given[name];
  const isShown = value !== undefined && !secretSettings.includes(name);
  return { name, message: isShown ? `${issue.message} (is ${JSON.stringify(value)})` : issue.message };
}

/** One line a setting: its file's fault tells more than the "not set" that follows from it. */
function firstOfEach(faults: SettingFault[]): SettingFault[] {
  const seen = new Set<string>();
  return faults.filter(({ name }) => {
    const setting = name.replace(/_FILE$/, '');
    return !seen.has(setting) && seen.add(setting);
  });
}
