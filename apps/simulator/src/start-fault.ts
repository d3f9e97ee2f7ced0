/** The simulator cannot start as it is asked to; `setting` is what to change. */
export class StartFault extends Error {
  override readonly name = 'StartFault';
  readonly setting: 'host' | 'port' | 'dataDir';

  constructor(setting: StartFault['setting'], message: string, cause?: unknown) {
    super(message, { cause });
    this.setting = setting;
  }
}
