import { setRegexWatchdog } from '../../src/domain/regex/watchdog.ts';
import { runGuarded } from '../../src/platform/runtime/run-guarded.ts';
import { failOnInternalErrors } from './internal-errors.ts';

// Many cockpits live in one process; each listens for its end.
process.setMaxListeners(0);

// As the program does at startup.
setRegexWatchdog(runGuarded);
failOnInternalErrors();
