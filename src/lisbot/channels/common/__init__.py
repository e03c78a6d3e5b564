"""What the channels share: conversations, untrusted payloads, background tasks, retries, signing keys.

Caches are cachetools' own: LRUCache, TTLCache, TLRUCache.
"""
