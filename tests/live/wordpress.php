<?php
// Fills a new WordPress: 120 posts of ada, five of eve, drafts and private posts that are nobody's
// business, and 160 comments of visitors on posts of ada's, most of them on the first, beside her
// own and one of spam.
define('WP_INSTALLING', true);
require 'wp-load.php';
require_once ABSPATH . 'wp-admin/includes/upgrade.php';
wp_install('A blog', 'admin', 'admin@example.org', true, '', 'a-password');
foreach (get_posts(['numberposts' => -1, 'post_status' => 'any', 'post_type' => 'any']) as $post) {
    wp_delete_post($post->ID, true);
}
update_option('permalink_structure', '/%year%/%postname%/');
update_option('posts_per_rss', 200);
switch_theme('twentytwentyone');
$user = fn($name) => wp_insert_user(
    ['user_login' => $name, 'user_pass' => 'x', 'role' => 'author', 'user_email' => "$name@example.org"]);
[$ada, $eve] = [$user('ada'), $user('eve')];
function post($author, $number, $status) {
    return wp_insert_post([
        'post_author' => $author, 'post_title' => "Post $number", 'post_status' => $status,
        'post_content' => "<p>About databases &amp; bread, part $number.</p>",
        'post_date' => gmdate('Y-m-d H:i:s', strtotime("2026-01-01 +$number hours")),
        'post_date_gmt' => gmdate('Y-m-d H:i:s', strtotime("2026-01-01 +$number hours"))]);
}
$posts = [];
foreach (range(1, 120) as $number) { $posts[] = post($ada, $number, 'publish'); }
foreach (range(1, 5) as $number) { post($eve, $number, 'publish'); }
foreach (['draft', 'private', 'pending'] as $status) { post($ada, 1, $status); }
function comment($post, $who, $approved) {
    wp_insert_comment(['comment_post_ID' => $post, 'comment_author' => 'VISITOR-MUST-NOT-APPEAR',
        'comment_content' => 'nice', 'user_id' => $who, 'comment_approved' => $approved,
        'comment_type' => 'comment']);
}
foreach (range(1, 130) as $number) { comment($posts[119], 0, 1); }
foreach (range(1, 15) as $number) { foreach (range(1, 2) as $_) { comment($posts[$number], 0, 1); } }
comment($posts[119], $ada, 1);
comment($posts[119], 0, 'spam');
