export { type EmbeddedMongo, startMongo } from './mongo.ts';
export { freePort, isPortFree } from './ports.ts';
export { type EmbeddedRedis, type StoreOptions, startRedis } from './redis.ts';
export { commandLineOf, lastLines, putAsideLargeLog, type ServerProcess } from './server-process.ts';
