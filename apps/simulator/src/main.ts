import { createLogger, onShutdown, readSettings, runMain, SettingsError } from '@broadstreet-sync/runtime';
import { simulatorSettings } from './settings.ts';
import { createSimulator } from './simulator.ts';
import { StartFault } from './start-fault.ts';

const settingNames = { host: 'SIMULATOR_HOST', port: 'SIMULATOR_PORT', dataDir: 'SIMULATOR_DATA_DIR' } as const;

runMain(async () => {
  const settings = readSettings(simulatorSettings);
  const log = createLogger({ name: 'simulator', level: settings.LOG_LEVEL, secrets: [settings.SIMULATOR_TOKEN] });
  const simulator = await createSimulator({
    host: settings.SIMULATOR_HOST,
    port: settings.SIMULATOR_PORT,
    log,
    ...(settings.SIMULATOR_DATA_DIR && { dataDir: settings.SIMULATOR_DATA_DIR }),
    accounts: {
      [settings.SIMULATOR_TOKEN]: {
        account: settings.SIMULATOR_ACCOUNT,
        scale: settings.SIMULATOR_SCALE,
        seed: settings.SIMULATOR_SEED,
        settings: {
          latency_ms: settings.SIMULATOR_LATENCY_MS,
          rate: settings.SIMULATOR_RATE === 0 ? null : { limit: settings.SIMULATOR_RATE, window_ms: 1000 },
        },
      },
    },
  }).catch((error: unknown) => {
    if (!(error instanceof StartFault)) throw error;
    throw new SettingsError([{ name: settingNames[error.setting], message: error.message }]);
  });
  onShutdown(log, [{ name: 'simulator', run: () => simulator.close() }]);
  // Not a log line: scripts wait for it and read the address from it.
  process.stdout.write(`simulator listening on ${simulator.url}\n`);
});
