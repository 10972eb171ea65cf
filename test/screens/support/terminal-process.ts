import { secretMasker } from '../../../src/platform/masking/secrets.ts';
import { processTerminal } from '../../../src/platform/terminal/terminal.ts';

/** A process that uses a terminal and executes commands on stdin: 'stop', 'throw', 'reject'. */
secretMasker.add('hunter2secret');
const terminal = processTerminal();
const print = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

terminal.onEnd(() => {
  print('restored');
  process.stdin.unref();
});
terminal.onCrash(() => print('restored'));
terminal.onContinue(() => print('continued'));

process.stdin.setEncoding('utf8').on('data', (word: string) => {
  if (word.startsWith('stop')) {
    print('stopping');
    void terminal.stop().then(() => print('resumed'));
  }
  if (word.startsWith('throw')) throw new Error('token hunter2secret is wrong');
  if (word.startsWith('reject')) void Promise.reject(new Error('unhandled rejection'));
});
print('ready');
