import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';

const levels = ['INFO ', 'INFO ', 'DEBUG', 'INFO ', 'WARN ', 'INFO ', 'INFO ', 'ERROR', 'INFO ', 'INFO '];
const loggers = ['PspClient', 'OrderService', 'Retry', 'KafkaConsumer'];
const messages = ['psp call ok', 'order accepted', 'cache miss, asking the database', 'partition assigned'];

/** A log line of a Spring service of about 100 bytes; one in a thousand has a timeout, one in a hundred a stack trace. */
const lines = (index: number): string => {
  const time = new Date(Date.UTC(2026, 2, 4) + index * 7).toISOString();
  const what = index % 1000 === 500 ? 'psp timeout' : (messages[(index * 7) % messages.length] ?? '');
  const logger = loggers[(index * 13) % loggers.length] ?? '';
  const line = `${time}  ${levels[(index * 3) % 10]} 1 --- [worker-${index % 16}] ${logger} : ${what} in ${(index * 37) % 997} ms order=${index.toString(36)}\n`;
  return index % 100 === 99
    ? `${line}java.lang.IllegalStateException: no\n\tat com.shop.billing.PspClient.call(PspClient.java:118)\n`
    : line;
};

/** Writes lines of a service's log until the file has the given size; returns the number of lines. */
export const writeLogFile = async (path: string, bytes: number): Promise<number> => {
  const file = createWriteStream(path);
  let written = 0;
  let count = 0;
  for (let index = 0; written < bytes; ) {
    let chunk = '';
    for (; chunk.length < 1 << 20; index++) chunk += lines(index);
    written += chunk.length;
    count += chunk.split('\n').length - 1;
    if (!file.write(chunk)) await new Promise<void>((resolve) => file.once('drain', resolve));
  }
  file.end();
  await finished(file);
  return count;
};
