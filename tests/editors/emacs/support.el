;;; support.el --- What both checks need -*- lexical-binding: t; -*-
(require 'cl-lib)

(defmacro check-wait (form)
  "Wait until FORM gives something, and return that."
  `(let ((end (+ (float-time) 20)) value)
     (while (and (not (setq value ,form)) (< (float-time) end)) (accept-process-output nil 0.05))
     (or value (error "Never came: %S in %s" ',form (with-current-buffer (messages-buffer) (buffer-string))))))

(defun check-response-file ()
  "Return the file of the response: the one that is shown, or, in older clients, the one that the message names."
  (or (cl-some (lambda (buffer)
                 (let ((name (buffer-file-name buffer)))
                   (and name (string-match-p "/httpls-responses-" name) name)))
               (buffer-list))
      (with-current-buffer (messages-buffer)
        (save-excursion
          (goto-char (point-min))
          (and (re-search-forward "200 in [0-9]+ ms: \\(/[^ \n]+\\)" nil t) (match-string 1))))))

(defun check-response-is-shown ()
  "Check that the response comes, in the mode of request files."
  (with-current-buffer (find-file-noselect (check-wait (check-response-file)))
    (should (eq major-mode 'httpls-mode))
    (goto-char (point-min))
    (should (search-forward "HTTP/1.1 200" nil t))
    (should (search-forward "\"a\": 1" nil t))))
;;; support.el ends here
