export { type AppName, appCommand, projectFolder } from './app-command.ts';
export { type Databases, openDatabases } from './databases.ts';
export { type EmbeddedMongo, startMongo } from './mongo.ts';
export { freePort, isPortFree } from './ports.ts';
export { type EmbeddedRedis, type StoreOptions, startRedis } from './redis.ts';
export { type CommandResult, runCommand } from './run-command.ts';
export { commandLineOf, lastLines, putAsideLargeLog, type ServerProcess } from './server-process.ts';
export { waitUntil } from './wait-until.ts';
