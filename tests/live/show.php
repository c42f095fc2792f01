<?php
// Shows a code: in an author's biography, or in the head of the front page.
require 'wp-load.php';
[, $where, $code] = $argv;
if ($where === 'front') {
    $folder = WP_CONTENT_DIR . '/mu-plugins';
    is_dir($folder) || mkdir($folder);
    $tag = "<meta name=\"glasklar-verify\" content=\"$code\">";
    $said = '<?php add_action("wp_head", function () { echo ' . var_export($tag, true) . '; });';
    file_put_contents("$folder/show.php", $said) || exit(1);
} else {
    $user = get_user_by('slug', $where);
    update_user_meta($user->ID, 'description', "Databases and bread. $code") || exit(1);
}
