import { secretMasker } from '../../../src/platform/terminal/secrets.ts';
import { processTerminal } from '../../../src/platform/terminal/terminal.ts';

/** A process that holds a terminal and obeys commands on stdin: 'stop', 'throw', 'reject'. */
secretMasker.add('hunter2secret');
const terminal = processTerminal();
const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

terminal.onEnd(() => {
  say('given back');
  process.stdin.unref();
});
terminal.onCrash(() => say('given back'));
terminal.onContinue(() => say('continued'));

process.stdin.setEncoding('utf8').on('data', (word: string) => {
  if (word.startsWith('stop')) {
    say('stopping');
    terminal.stop();
    say('going on');
  }
  if (word.startsWith('throw')) throw new Error('token hunter2secret is wrong');
  if (word.startsWith('reject')) void Promise.reject(new Error('unhandled rejection'));
});
say('ready');
