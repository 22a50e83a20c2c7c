import { expect, test } from '@jest/globals';
import { refuseWhereSetupIsOff } from './refuseWhereSetupIsOff.ts';

test('where set-up is switched off, a program is named instead of built', () => {
  expect(() => refuseWhereSetupIsOff('promtool', { STOKER_SETUP: 'off' })).toThrow(
    /^promtool is missing, and STOKER_SETUP=off/,
  );
});

test.each([{}, { STOKER_SETUP: '' }, { STOKER_SETUP: 'on' }])('with %j it may be built', (env) => {
  expect(() => refuseWhereSetupIsOff('promtool', env)).not.toThrow();
});
