export * from './errors.ts';
export * from './kind.ts';
export * from './levels.ts';
export * from './registry.ts';
export * from './remote.ts';
