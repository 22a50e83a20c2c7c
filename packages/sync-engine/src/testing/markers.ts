/** Looked at by a process under trace right before its work begins, and right after it. There are no such files. */
export const startMarker = '/stoker-work-begins-here';
export const endMarker = '/stoker-work-ends-here';
