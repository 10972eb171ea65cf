import type { ConsoleExercise } from '../support/console-exercise.ts';

const env = 'trading/production';

/** The consoles of the database and of the cache. Their passwords are in variables, which other users cannot read. */
export const tradingConsoles: readonly ConsoleExercise[] = [
  {
    env,
    opens: 'database-console',
    program: 'psql',
    args: /^psql host=127\.0\.0\.1 port=\d+ user=opsdeck dbname=trademaster_trading sslmode=prefer$/,
    variables: { PGOPTIONS: '-c default_transaction_read_only=on', PGPASSWORD: 'rehearsal' },
  },
  {
    env,
    opens: 'redis-console',
    program: 'redis-cli',
    args: /^redis-cli -h 127\.0\.0\.1 -p \d+ -n 0 --user opsdeck$/,
    variables: { REDISCLI_AUTH: 'rehearsal' },
    // redis-cli cannot be restricted to reading.
    typed: 'redis',
  },
];
