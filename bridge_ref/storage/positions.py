"""Where the n-th user stands: how many there are in each block of ordinals, kept by the database itself.

A page costs the same wherever it is, and whatever was deleted before it (`startIndex`, RFC 7644 section 3.4.2.4): the
coarse blocks before it are added up, then the fine ones of one coarse block, and fewer than one fine block of users is
passed over. With a million users that is 16 coarse blocks, 256 fine ones and 255 users at most.
"""

FINE = 256
COARSE = 256 * FINE

# Level 0 counts fine blocks, level 1 coarse ones.
USER_COUNT = "SELECT CAST(coalesce(sum(live), 0) AS BIGINT) FROM user_blocks WHERE level = 1"

# The skip four times, the count, the skip again.
USER_PAGE = f"""
WITH coarse AS (
    SELECT block, gone FROM (
        SELECT block, live, CAST(sum(live) OVER (ORDER BY block) AS BIGINT) - live AS gone
        FROM (
            SELECT block, CAST(sum(live) AS BIGINT) AS live FROM user_blocks WHERE level = 1 GROUP BY block
        ) counted
    ) blocks WHERE gone <= ? AND gone + live > ?
), fine AS (
    SELECT block, gone FROM (
        SELECT block, live, (SELECT gone FROM coarse) + CAST(sum(live) OVER (ORDER BY block) AS BIGINT) - live AS gone
        FROM (
            SELECT block, CAST(sum(live) AS BIGINT) AS live FROM user_blocks
            WHERE level = 0 AND block >= (SELECT block FROM coarse) * {COARSE // FINE}
                AND block < ((SELECT block FROM coarse) + 1) * {COARSE // FINE}
            GROUP BY block
        ) counted
    ) blocks WHERE gone <= ? AND gone + live > ?
)
{{users}} WHERE u.ordinal >= (SELECT block FROM fine) * {FINE}
ORDER BY u.ordinal LIMIT ? OFFSET coalesce(? - (SELECT gone FROM fine), 0)
"""
