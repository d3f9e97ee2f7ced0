import type { TestAnnotation } from 'vitest';
import type { Reporter, TestCase, TestModule, Vitest } from 'vitest/node';

/** Prints nothing of what passes; failures with their errors, and to who started the run the numbers. */
export default class QuietReporter implements Reporter {
  #vitest: Vitest | undefined;
  #done = 0;

  onInit(vitest: Vitest): void {
    this.#vitest = vitest;
  }

  onTestCaseResult(): void {
    this.#done += 1;
    if (process.stderr.isTTY) process.stderr.write(`\r${this.#done} tests done `);
  }

  /** What a test or a trial has to say of itself. */
  onTestCaseAnnotate(_: TestCase, { message }: TestAnnotation): void {
    console.log(message);
  }

  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const failedTests = tests.filter((test) => test.result().state === 'failed');
    // A file that cannot be loaded has no tests to fail: it counts as one.
    const brokenModules = modules.filter((module) => module.errors().length > 0);
    for (const test of failedTests) this.#print(titleOf(test), test.result().errors ?? []);
    for (const module of brokenModules) this.#print(module.relativeModuleId, module.errors());
    if (unhandledErrors.length > 0) this.#print('outside of any test', unhandledErrors);

    process.send?.({
      files: modules.length,
      passed: tests.filter((test) => test.result().state === 'passed').length,
      failed: failedTests.length + brokenModules.length + unhandledErrors.length,
      skipped: tests.filter((test) => test.result().state === 'skipped').map(titleOf),
    });
  }

  #print(title: string, errors: readonly unknown[]): void {
    console.error(`\nFAILED ${title}`);
    for (const error of errors) this.#vitest?.logger.printError(error);
  }
}

function titleOf(test: TestCase): string {
  return `${test.module.relativeModuleId} > ${test.fullName}`;
}
