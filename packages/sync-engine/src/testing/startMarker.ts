/** Looked at by a process under trace right before its work begins. */
export const startMarker = '/stoker-work-begins-here';
