import { setRegexWatchdog } from '../../src/domain/regex/watchdog.ts';
import { runGuarded } from '../../src/platform/run-guarded.ts';
import { failOnInternalErrors } from './internal-errors.ts';

// As the program does at startup.
setRegexWatchdog(runGuarded);
failOnInternalErrors();
