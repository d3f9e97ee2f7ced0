export { type AllSettings, allSettings, type SettingName, secretSettings } from './all-settings.ts';
export { userCacheFolder, userDataFolder } from './folders.ts';
export { createLogger, type Logger, type LoggerOptions } from './logger.ts';
export { runMain } from './main.ts';
export { createRedactor } from './redact.ts';
export type { Seal } from './seal.ts';
export { environment, readSettings, type SettingFault, SettingsError } from './settings.ts';
export { onShutdown, type ShutdownOptions, type ShutdownStep } from './shutdown.ts';
export { createTokenSource, type TokenSource, tokenSeal } from './token-source.ts';
