import { setRegexWatchdog } from '../../src/domain/regex/watchdog.ts';
import { runGuarded } from '../../src/platform/run-guarded.ts';

// As the program does at startup.
setRegexWatchdog(runGuarded);
